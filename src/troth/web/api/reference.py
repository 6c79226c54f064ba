"""The reference of the API in `docs/`, generated from its description.

`python -m troth.web.api.reference` writes `openapi.json` and `api.md` to a folder (default:
`docs/reference`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from troth.web.api.app import describe

_HEAD = """\
# The API

Written from the API's own description, [openapi.json](openapi.json), by
`python -m troth.web.api.reference`. How to call it: [call the API](../how-to/call-the-api.md).

Every call but `health` bears a token with the scope that is named. Every error is a problem
(RFC 9457) with a code of [the page of errors](errors.md). `*` marks what must be sent.
"""


def as_json() -> str:
    """The OpenAPI document as it is committed."""
    return json.dumps(describe(), indent=2, ensure_ascii=False) + "\n"


def as_markdown() -> str:
    """The page of the API."""
    document = describe()
    parts = [_HEAD]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parts.append("\n".join(_operation(method, path, operation)))
    parts.append("## What is sent and answered\n")
    skipped = {"HTTPValidationError", "ValidationError"}
    for name, schema in sorted(document["components"]["schemas"].items()):
        if name not in skipped:
            parts.append("\n".join(_schema(name, schema)))
    return "\n".join(parts)


def write(folder: Path) -> None:
    """Write both into `folder`."""
    (folder / "openapi.json").write_text(as_json(), encoding="utf-8")
    (folder / "api.md").write_text(as_markdown(), encoding="utf-8")


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"## {method.upper()} {path}\n"
    yield f"{operation['description']}\n"
    scopes = [scope for one in operation.get("security", ()) for scope in one["HTTPBearer"]]
    yield f"Scope: `{scopes[0]}`.\n" if scopes else "No token is needed.\n"
    for one in operation.get("parameters", ()):
        needed = "*" if one.get("required") else ""
        said = one.get("description", "")
        yield f"- `{one['name']}`{needed} ({one['in']}){': ' if said else ''}{said}"
    body = operation.get("requestBody")
    if body is not None:
        yield f"- body: {_type(body['content']['application/json']['schema'])}"
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            yield f"- answer {status}: {_type(schema)}"
    yield ""


def _schema(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"### {name}\n"
    yield f"{schema.get('description', '')}\n"
    required = schema.get("required", ())
    yield "| Field | Type | Says |"
    yield "|---|---|---|"
    for field, one in schema.get("properties", {}).items():
        said = one.get("description", "").replace("|", "\\|")
        yield f"| `{field}`{'*' if field in required else ''} | {_type(one)} | {said} |"
    yield ""


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("format") or schema.get("type", "anything"))


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference"))
