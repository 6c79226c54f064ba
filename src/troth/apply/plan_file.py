"""The file of a plan: the plan itself and its digest, so that an edited one is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from troth.errors import Refused
from troth.plan.model import Plan

MOST_BYTES = 64 * 1024 * 1024  # a plan holds predicates and counts; a larger file is none


def write_plan(plan: Plan, file: Path) -> None:
    """Writes a plan; `Refused` (file-unwritable) where that is not possible."""
    held = {"troth-plan": 1, "digest": plan.digest(), "plan": plan.model_dump(mode="json")}
    text = json.dumps(held, indent=1, ensure_ascii=False) + "\n"
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        why = (error.strerror or "the file cannot be written").lower()
        raise Refused("file-unwritable", why, place=str(file)) from None


def read_plan(file: Path) -> Plan:
    """The plan of a file, exactly as it was written.

    `Refused`: file-missing, file-unreadable; not-a-plan for anything but such a file;
    plan-edited where a single character of the plan differs from what its digest covers.
    """
    held = _parsed(file)
    try:
        plan = Plan.model_validate(held["plan"])
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise _edited(file, f"'{where}' is not as Troth writes it") from None
    if plan.digest() != held["digest"] or plan.model_dump(mode="json") != held["plan"]:
        raise _edited(file, "its digest does not fit")
    return plan


def _parsed(file: Path) -> dict[str, Any]:
    text = _read(file)
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        raise _no_plan(file, "it is not JSON") from None
    if not isinstance(held, dict) or held.get("troth-plan") != 1:
        raise _no_plan(file, "it was not written by troth plan")
    if not isinstance(held.get("plan"), dict) or not isinstance(held.get("digest"), str):
        raise _no_plan(file, "its plan or its digest is missing")
    return held


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise _no_plan(file, "it is far too large")
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Refused(
            "file-missing",
            "there is no such file",
            place=str(file),
            help="make it with troth plan",
        ) from None
    except UnicodeDecodeError:
        raise _no_plan(file, "it is not text") from None
    except OSError as error:
        why = (error.strerror or "the file cannot be read").lower()
        raise Refused("file-unreadable", why, place=str(file)) from None


def _no_plan(file: Path, why: str) -> Refused:
    return Refused(
        "not-a-plan",
        f"the file is no plan: {why}",
        place=str(file),
        help="make a plan with troth plan",
    )


def _edited(file: Path, why: str) -> Refused:
    return Refused(
        "plan-edited",
        f"the plan was changed after it was made: {why}",
        place=str(file),
        help="make a new plan; what was approved is what is carried out",
    )
