"""A value in the notation that YAML and JSON share, in double quotes."""

from __future__ import annotations

import json
import re
from typing import Any

# What YAML cannot hold as it is, or takes for the end of a line.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def quoted(value: Any) -> str:
    """The value on one line; a text in double quotes."""
    written = json.dumps(value, ensure_ascii=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match.group()):04x}", written)
