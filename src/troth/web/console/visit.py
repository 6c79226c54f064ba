"""One call of a page of the console: by whom, at which desk, in which language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from troth.desk.accounts.keys import keyed_digest
from troth.desk.accounts.roles import PERMISSIONS, Role, allows
from troth.desk.accounts.sessions import Session
from troth.desk.accounts.special import sees_special
from troth.ledger.accounts import Account
from troth.ledger.looks import Look, record_look
from troth.ledger.session import Reading, Writing
from troth.web.console.desks import OpenDesk, on_this_machine, origin_of
from troth.web.console.guard import form_token, guarded
from troth.web.console.words import CATALOGUES, Words
from troth.web.public.form import printable
from troth.web.public.limits import Limits

P = ParamSpec("P")
T = TypeVar("T")
Handler = Callable[["Visit"], Awaitable[Response]]
ENROLMENT = "enrolment"
"""How a session came about that reaches one's own keys alone."""


@dataclass(frozen=True)
class Page:
    """A row of the table of routes; `menu` is the key of its words in the menu, if it is there.

    `looks_at`: what a page with personal data shows, and the parameter of its path that says which
    one; the frame journals it. None: the handler calls `Visit.looked` before it shows anything.
    `script`: the file of its script; everything works without it, but for passkeys.
    """

    method: str
    path: str
    handler: Handler
    permission: str
    menu: str | None = None
    looks_at: tuple[str, str] | None = None
    script: str = ""


@dataclass(frozen=True)
class Frame:
    """What all pages share: templates, the clock, the menu, how often one network may try."""

    templates: Environment
    clock: Callable[[], datetime]
    pages: tuple[Page, ...]
    limits: Limits


@dataclass(frozen=True)
class Visit:
    """One call. `bearer` is what its forms are bound to; `base` goes before every path."""

    frame: Frame
    request: Request
    desk: OpenDesk
    page_of: Page
    w: Words
    now: datetime
    bearer: str
    session: Session | None = None
    base: str = ""
    form: FormData = field(default_factory=FormData)
    looks: list[Look] = field(default_factory=list)

    @property
    def organisation(self) -> str:
        return self.desk.organisation

    @property
    def account(self) -> Account:
        """Who calls; the frame lets nobody else to a page that is not open."""
        if self.session is None:
            raise LookupError("nobody has signed in")
        return self.session.account

    @property
    def role(self) -> Role:
        return self.account.role  # type: ignore[return-value]  # one of ROLES: only these are given

    @property
    def by(self) -> str:
        """The name under which facts are recorded."""
        return self.account.name

    @property
    def origin(self) -> str:
        return origin_of(self.request.headers.get("host", ""))

    def may(self, permission: str) -> bool:
        """Whether the caller's role has a permission."""
        return self.session is not None and allows(self.role, permission)

    @property
    def sees_special(self) -> bool:
        """Whether the caller sees special categories of data (Art. 9, 10)."""
        return sees_special(self.role, self.desk.settings.desk)

    def text(self, name: str) -> str:
        """A field of the form, without blanks around it and without characters that control.

        Empty where it was not sent.
        """
        value = self.form.get(name)
        return printable(value).strip() if isinstance(value, str) else ""

    def kept(self, prefix: str = "") -> dict[str, tuple[str, ...]]:
        """What was typed into the form that was sent, by name and by `prefix` with the name.

        A form that is shown again with what was refused of it shows it: nothing is typed twice.
        """
        found = {}
        for name in self.form:
            typed = tuple(one for one in self.form.getlist(name) if isinstance(one, str))
            if name != "token":
                found[name] = found[f"{prefix}{name}"] = typed
        return found

    async def reading(
        self, query: Callable[Concatenate[Reading, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """A query on the organisation's ledger as of now, off the event loop."""

        def run() -> T:
            with self.desk.ledger.reading(self.organisation) as reading:
                return query(reading, *args, **kwargs)

        return await run_in_threadpool(run)

    async def writing(
        self, step: Callable[Concatenate[Writing, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """One transaction on the organisation's ledger, off the event loop."""

        def run() -> T:
            with self.desk.ledger.writing(self.organisation) as writing:
                return step(writing, *args, **kwargs)

        return await run_in_threadpool(run)

    async def looked(self, what: str, reference: str, purpose: str = "") -> None:
        """Journals that the caller looks at something, before it is shown.

        `reference` is a number of ours; a person is referred to by `hidden`. `purpose` is the
        permission, unless the caller gave a reason.
        """
        purpose = purpose or self.page_of.permission
        look = Look(self.account.name, what, reference, purpose, self.now)
        await self.writing(record_look, look)
        self.looks.append(look)

    def hidden(self, *name: str) -> str:
        """A reference to a person that tells nothing of them: a keyed hash."""
        return keyed_digest(self.desk.own_key("looks"), *(part.casefold() for part in name))[:32]

    def page(self, template: str, title: str, *, code: int = 200, **values: Any) -> Response:
        """A page from a template; of a `look`, the frame lets it out only after `looked`."""
        html = self.frame.templates.get_template(f"{template}.html.j2").render(
            visit=self,
            w=self.w,
            base=self.base,
            title=title,
            token=form_token(self.desk.own_key("forms"), self.bearer),
            menu=self._menu(),
            languages=[(one, CATALOGUES[one]["language"]) for one in CATALOGUES],
            here=self.request.url.path,
            prove_first=self._to_prove(),
            **values,
        )
        return self.answer(HTMLResponse(html, code))

    def _to_prove(self) -> bool:
        """Whether a form of this page will ask for a new proof: better before it is filled in."""
        session, path = self.session, self.page_of.path
        if session is None or session.how == ENROLMENT or session.fresh(self.now) or "{" in path:
            return False
        return any(
            page.method == "POST"
            and (page.path == path or page.path.startswith(f"{path}/"))
            and "{" not in page.path
            and PERMISSIONS[page.permission].fresh
            and self.may(page.permission)
            for page in self.frame.pages
        )

    def home(self) -> str | None:
        """The first page of the caller's menu."""
        return next((page.path for page in self._menu()), None)

    def _menu(self) -> list[Page]:
        if self.session is None or self.session.how == ENROLMENT:
            return []
        return [page for page in self.frame.pages if page.menu and self.may(page.permission)]

    def message(self, key: str, code: int, **values: object) -> Response:
        """A page of one sentence: `key` and `key.title` of the words."""
        return self.page(
            "message", self.w(f"{key}.title"), code=code, text=self.w(key, **values), help=""
        )

    def to(self, path: str) -> Response:
        """The browser goes on to another page of the console."""
        return self.answer(RedirectResponse(f"{self.base}{path}", 303))

    def answer(self, response: Response) -> Response:
        """Any other answer (a file, a fragment), with the console's headers."""
        here = on_this_machine(self.request.headers.get("host", ""))
        return guarded(response, script=self.page_of.script, tls=not here)
