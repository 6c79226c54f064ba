"""Whether the pages that a notice names answer, which `--check-links` asks over the network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from troth.documents.document import Finding, Path
    from troth.policy.model import Policy

_SECONDS = 10  # that a page has to answer
_AGENT = "troth (checks the links of a privacy notice)"
_NO_HEAD = (403, 405, 501)  # what servers say that answer GET alone


def unreachable(policy: Policy) -> Iterator[Finding]:
    """A finding for every page of contacts and authorities that does not answer."""
    from troth.documents.document import Finding

    pages: list[tuple[Path, str]] = [
        (("contacts", name, "url"), one.url) for name, one in policy.contacts.items() if one.url
    ]
    pages += [
        (("authorities", name, "url"), one.url)
        for name, one in policy.authorities.items()
        if one.url
    ]
    for path, url in pages:
        why = _silence(url)
        if why:
            message = f"the page {url} does not answer: {why}"
            yield Finding(path, "notice-dead-link", message, "correct the address")


def _silence(url: str) -> str:
    """Why a page does not answer; empty where it does."""
    if not url.startswith(("http://", "https://")):
        return "it is no address of a page"
    for method in ("HEAD", "GET"):
        request = Request(url, method=method, headers={"User-Agent": _AGENT})
        try:
            with urlopen(request, timeout=_SECONDS):
                return ""
        except HTTPError as error:
            if method == "GET" or error.code not in _NO_HEAD:
                return f"status {error.code}"
        except (URLError, OSError, ValueError) as error:
            return str(getattr(error, "reason", error)) or type(error).__name__
    return ""
