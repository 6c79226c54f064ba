"""The page of the findings and the schema of lint.yaml, both written from the code.

`python -m troth.lint.reference [FOLDER]` writes `docs/reference/lint.md` and
`schemas/lint.schema.json` beneath FOLDER (default: here).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from troth.lint.accepted import AcceptedFile
from troth.lint.catalogue import CODES, rules_of
from troth.lint.words import Language, Words

_HEAD = """# Findings of troth lint

Each finding has a code; a code has one rule or several. Articles are of the GDPR unless it says
otherwise. `troth lint --explain CODE` prints an entry of this page. It is generated from the rules
(`python -m troth.lint.reference`), and compared with them in our tests.

Severities: **error**, the law is not met or a promise cannot be kept; **warning**, people cannot
rely on it; **info**, worth mending when the text is next touched.
"""


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([_HEAD, *(entry(code) for code in CODES)])


def entry(code: str, language: Language = "en") -> str:
    """One code: what it means, why it matters, how to mend it, and its rules."""
    words = Words(language)
    one = words.code(code)
    stop = "" if one.title.endswith("?") else "."
    mend = words("entry_mend", mend=one.mend)
    lines = [f"## {code}", "", f"{one.title}{stop} {one.why}", "", mend, ""]
    for rule in map(words.rule, rules_of(code)):
        of = rule.severity.value if language == "en" else words(rule.severity.value)
        colon = ":" if language == "en" else " :"
        lines.append(f"- `{rule.name}` ({of}; {rule.article}){colon} {rule.message}")
        if rule.searched:
            lines.append(words("entry_sought", words=words("between").join(rule.searched)))
    return "\n".join([*lines, ""])


def schema() -> str:
    """The JSON Schema (2020-12) of lint.yaml, as it is committed."""
    made = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **AcceptedFile.model_json_schema(),
        "title": "lint.yaml: findings that are accepted",
    }
    return json.dumps(made, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    (folder / "docs" / "reference" / "lint.md").write_text(page(), encoding="utf-8")
    (folder / "schemas" / "lint.schema.json").write_text(schema(), encoding="utf-8")
