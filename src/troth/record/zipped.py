"""Zips without the instants of their making: the same content makes the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

STAMP = "1980-01-01T00:00:00Z"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """One zip of the files, in their order."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(_entry(name, zipfile.ZIP_DEFLATED), content)
    return made.getvalue()


def settled(content: bytes) -> bytes:
    """The same zip with the instants of its making taken out."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w") as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + STAMP.encode(), data)
            elif info.filename.endswith(".xml"):
                data = _same_namespaces(data)
            target.writestr(_entry(info.filename, info.compress_type), data)
    return made.getvalue()


def _same_namespaces(xml: bytes) -> bytes:
    """XML whose root declares the prefixes in use, in order: odfpy's grow with what it has made."""
    root = re.search(rb"<[\w:-]+(?: [^<>]*)?>", xml)
    if root is None:
        return xml
    declared = sorted(set(re.findall(rb' xmlns:([\w-]+)="([^"]*)"', root.group())))
    bare = re.sub(rb' xmlns:[\w-]+="[^"]*"', b"", root.group())
    rest = xml[root.end() :]
    used = {*re.findall(rb"[<\s/]([\w-]+):[\w-]+", bare), *re.findall(rb"[<\s/]([\w-]+):", rest)}
    kept = b"".join(b' xmlns:%b="%b"' % each for each in declared if each[0] in used)
    name = re.match(rb"<[\w:-]+", bare)
    end = name.end() if name is not None else 0
    return xml[: root.start()] + bare[:end] + kept + bare[end:] + rest


def _entry(name: str, compression: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = compression
    entry.external_attr = 0o600 << 16
    return entry
