"""The three ways in which work can fail, and the words that reach a person.

`Refused`: what was asked is not possible as asked; nothing was changed; the person mends the input.
`Transient`: the world was not ready (a store is down, no lock was had); the same call may succeed.
`Broken`: an invariant did not hold; work stopped; somebody has to look.

Every error carries a stable `code` (a page of docs/reference/errors.md), one line in lower case,
optionally the place, and help apart from it. Personal data never enters an error.
"""

from __future__ import annotations

MOST_SHOWN = 20  # problems of one reading that a person reads; JSON has them all


class TrothError(Exception):
    """A failure with a stable code, one line for a person, its place and the help to mend it."""

    kind = "error"

    def __init__(self, code: str, message: str, *, place: str = "", help: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.place = place
        self.help = help

    def __str__(self) -> str:
        head = f"{self.place}: {self.message}" if self.place else self.message
        text = f"{head} [{self.code}]"
        return f"{text}\n  help: {self.help}" if self.help else text

    def as_json(self) -> dict[str, str]:
        """The error as the object printed under `--json`: kind, code, message, place, help."""
        return {
            "error": self.kind,
            "code": self.code,
            "message": self.message,
            "place": self.place,
            "help": self.help,
        }


class Refused(TrothError):
    """The request cannot be carried out as it stands; nothing was changed."""

    kind = "refused"


class Transient(TrothError):
    """The world was not ready; the same call may succeed later."""

    kind = "transient"


class Broken(TrothError):
    """An invariant did not hold; work stopped where it was."""

    kind = "broken"


class Problems(Refused):
    """Several refusals found in one reading of one file, shown together."""

    def __init__(self, problems: list[Refused]) -> None:
        first = problems[0]
        super().__init__(first.code, first.message, place=first.place, help=first.help)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        shown = [str(problem) for problem in self.problems[:MOST_SHOWN]]
        more = len(self.problems) - len(shown)
        return "\n".join([*shown, f"and {more} more"] if more else shown)

    def as_json(self) -> dict[str, str]:
        rest = super().as_json()
        rest["message"] = "; ".join(f"{p.place}: {p.message}" for p in self.problems)
        return rest
