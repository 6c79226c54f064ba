"""Every code that a person may meet, found in the source itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PLACE_OF_CODE = {
    "Refused": 0,
    "Transient": 0,
    "Broken": 0,
    "TrothError": 0,
    "Failure": 1,
    "Remark": 1,
    "Finding": 1,
    "Notice": 0,
    "_refuse": 0,
    "_problem": 0,
    "_notice": 0,
}
NOTICES = ("Notice", "_notice")
_OTHER_FINDINGS = ("apply/check.py", "ledger/verify.py")  # classes of that name without a code


@dataclass(frozen=True)
class Use:
    """A call that makes an error, a finding or a notice; `code` is None where it is computed."""

    code: str | None
    maker: str
    where: str


def uses(source: Path) -> Iterator[Use]:
    """Every such call beneath the folder `source`."""
    for file in sorted(source.rglob("*.py")):
        name = file.relative_to(source).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _use(node, name)


def _use(call: ast.Call, file: str) -> Iterator[Use]:
    maker = getattr(call.func, "id", getattr(call.func, "attr", ""))
    place = _PLACE_OF_CODE.get(maker)
    if place is None or (maker == "Finding" and file in _OTHER_FINDINGS):
        return
    given: ast.expr | None = call.args[place] if len(call.args) > place else None
    for keyword in call.keywords:
        if keyword.arg == "code":
            given = keyword.value
    where = f"{file}:{call.lineno}"
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        yield Use(given.value, maker, where)
    elif given is not None:
        yield Use(None, maker, f"{where} {ast.unparse(given)}")
