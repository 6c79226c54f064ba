"""One call: by whom, at which desk, when; and writing once, however often it is sent."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Header, Request, Security
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from troth.desk.accounts.tokens import verify_token
from troth.errors import Refused
from troth.ledger.api_answers import KeptAnswer, find_answer, keep_answer
from troth.ledger.session import Writing
from troth.ledger.suppression import made_key
from troth.ledger.tokens import ApiToken
from troth.web.api.desk import ApiDesk

KEPT_FOR = timedelta(days=7)  # an answer, for whoever sends the same again
_BEARER = HTTPBearer(
    auto_error=False, description="A token with the scope of the call (`troth account token`)."
)


@dataclass(frozen=True)
class Call:
    """A call whose token counts, at the instant `now`."""

    desk: ApiDesk
    token: ApiToken
    now: datetime

    @property
    def by(self) -> str:
        """Who does it, as the ledger says: the system that holds the token."""
        return f"api:{self.token.name}"


def needs(scope: str) -> Any:
    """The call, where its token has the scope."""

    def found(
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    ) -> Call:
        if credentials is None:
            raise Refused(
                "token-missing", "the call bears no token", help="send Authorization: Bearer TOKEN"
            )
        desk: ApiDesk = request.scope["troth.desk"]
        now = desk.clock()
        token = verify_token(desk.ledger, desk.organisation, credentials.credentials, scope, now)
        return Call(desk, token, now)

    return Security(found, scopes=[scope])


def desk_of(request: Request) -> ApiDesk:
    """The desk of the host, for the calls that need no token."""
    desk: ApiDesk = request.scope["troth.desk"]
    return desk


Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Names this write: sent again with the same key, it gets the same answer and "
        "is done once. Kept for seven days.",
    ),
]


def write_once(
    call: Call, key: str, body: BaseModel, work: Callable[[Writing], BaseModel]
) -> JSONResponse:
    """Do a piece of work in one transaction with its answer; an answer holds no personal data.

    Refused (`idempotency-key-reused`): the key named another body.
    """
    desk = call.desk
    with desk.ledger.writing(desk.organisation) as writing:
        digest = _digest(made_key(writing), type(body).__name__, body.model_dump_json())
        name = sha256(key.encode()).hexdigest()
        kept = find_answer(writing, call.token.id, name, since=call.now - KEPT_FOR)
        if kept is None:
            answer = work(writing).model_dump(mode="json")
            keep_answer(
                writing,
                KeptAnswer(call.token.id, name, digest, answer),
                at=call.now,
                forget=call.now - KEPT_FOR,
            )
            return JSONResponse(answer, 201)
    if not hmac.compare_digest(kept.request, digest):
        raise Refused(
            "idempotency-key-reused",
            "the key named another write",
            help="a new write has a new Idempotency-Key",
        )
    return JSONResponse(kept.answer, 201, headers={"Idempotency-Replayed": "true"})


def _digest(secret: bytes, kind: str, text: str) -> str:
    """Keyed, as what is sent may be guessed from little."""
    return hmac.new(secret, f"api\n{kind}\n{text}".encode(), sha256).hexdigest()
