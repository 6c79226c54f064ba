"""A letter in plain text as an HTML page beside it."""

from __future__ import annotations

from html import escape


def as_page(subject: str, body: str) -> str:
    """The letter as HTML that fetches nothing; its language is that of its greeting.

    Paragraphs are parted by blank lines; lines that begin with `- ` are a list, and the line before
    them heads it.
    """
    language = "fr" if body.startswith("Bonjour") else "en"
    parts = []
    for paragraph in body.strip().split("\n\n"):
        lines = paragraph.split("\n")
        items = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
        words = [line for line in lines if not line.startswith("- ")]
        if items:
            head = " ".join(words).rstrip(":\u00a0")
            parts.append(f"<h2>{escape(head)}</h2>")
            parts += ["<ul>", *(f"<li>{escape(item)}</li>" for item in items), "</ul>"]
        else:
            parts.append(f"<p>{escape(' '.join(words))}</p>")
    title = escape(subject)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        f"<title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )
