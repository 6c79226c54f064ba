"""Pages as they are found: without much markup, or with much around the text."""

from __future__ import annotations

import pytest

from reading.documents.made import seen
from troth.reading.documents.load import read_text

WORDS = "We keep the names of those who ride with us for one year, and nothing else about them."


def read(inner: str) -> list[tuple[str, int, str]]:
    page = f"<!doctype html><html><body><p>{WORDS}</p>{inner}</body></html>"
    found = seen(read_text(page.encode(), "policy.html"))
    assert found[0] == ("paragraph", 0, WORDS)
    return found[1:]


@pytest.mark.parametrize(
    ("inner", "found"),
    [
        ("<p><strong>Your rights</strong></p>", [("heading", 2, "Your rights")]),
        (
            "<div><b>Your rights</b><br><br>You may write.</div>",
            [("heading", 2, "Your rights"), ("paragraph", 0, "You may write.")],
        ),
        ("<p><b>We never sell data.</b></p>", [("paragraph", 0, "We never sell data.")]),
        (
            "<p>We ask for:<br>- a name;<br>- an address.</p>",
            [
                ("paragraph", 0, "We ask for:"),
                ("item", 1, "a name;"),
                ("item", 1, "an address."),
            ],
        ),
        (
            "<div>Bare <em>words</em>.<div>A block.</div>More words.</div>",
            [
                ("paragraph", 0, "Bare words."),
                ("paragraph", 0, "A block."),
                ("paragraph", 0, "More words."),
            ],
        ),
        (
            "<ol start=3><li>one</li><li>two<ol type=a><li>deep</li></ol></li></ol>",
            [("item", 1, "3. one"), ("item", 1, "4. two"), ("item", 2, "a. deep")],
        ),
        (
            "<details><summary>Your rights</summary><p>You may write.</p></details>",
            [("heading", 2, "Your rights"), ("paragraph", 0, "You may write.")],
        ),
        (
            "<h3><button aria-expanded=false>Your rights</button></h3><p>You may write.</p>",
            [("heading", 3, "Your rights"), ("paragraph", 0, "You may write.")],
        ),
        (
            "<button aria-controls=a>Your rights</button><div id=a>You may write.</div>",
            [("heading", 2, "Your rights"), ("paragraph", 0, "You may write.")],
        ),
        (
            "<table><tr><td>Data<td>Kept<tr><td rowspan=2>Files<td>1 year<tr><td>2 years</table>",
            [
                ("row", 0, "Data\tKept"),
                ("row", 0, "Files\t1 year"),
                ("row", 0, "Files\t2 years"),
            ],
        ),
        (
            "<table><tr><td><p>Only laid out</p><p>by a table</p></table>",
            [("paragraph", 0, "Only laid out"), ("paragraph", 0, "by a table")],
        ),
        ("<p>caf&eacute;&nbsp;&amp; l&#8217;ami</p>", [("paragraph", 0, "café & l’ami")]),
    ],
)
def test_markup(inner: str, found: list[tuple[str, int, str]]) -> None:
    assert read(inner) == found


@pytest.mark.parametrize(
    "around",
    [
        "<nav>Home</nav>",
        "<footer>Imprint</footer>",
        "<aside>Also read</aside>",
        "<div role=dialog>Subscribe!</div>",
        "<div id=onetrust-banner-sdk>Cookies!</div>",
        "<div class='cookie-notice'>Cookies!<p>More</p></div>",
        "<ul class=breadcrumb><li>Home</ul>",
        "<button>Accept</button>",
        "<script>var a = 'We collect';</script>",
        "<style>p{}</style>",
        "<noscript>Turn scripts on</noscript>",
        "<select><option>English</select>",
        "<!-- a remark -->",
    ],
)
def test_what_surrounds_the_text_is_left_out(around: str) -> None:
    assert read(around) == []


def test_a_class_on_the_whole_page_hides_nothing() -> None:
    page = f"<html><body class='cookie-notice'><div class='sidebar'><p>{WORDS}</p></div></body>"
    assert seen(read_text(page.encode(), "a.html")) == [("paragraph", 0, WORDS)]


def test_the_title_above_the_main_part_is_kept() -> None:
    page = f"<body><header><h1>Privacy</h1></header><main><p>{WORDS}</p></main></body>"
    assert seen(read_text(page.encode(), "a.html"))[0] == ("heading", 1, "Privacy")


def test_the_declared_charset_counts() -> None:
    words = "Nous gardons l'adresse des élèves pendant une année, et rien d'autre sur eux."
    page = f"<html><head><meta charset='iso-8859-15'></head><body><p>{words}</p>"
    assert seen(read_text(page.encode("iso-8859-15"), "a.html")) == [("paragraph", 0, words)]
