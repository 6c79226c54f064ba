"""`troth breach`: personal data breaches, their register and the 72 hours (Art. 33 and 34 GDPR)."""

from __future__ import annotations

import typer

from troth.cli import breach_list, breach_notify, breach_record, breach_shut, breach_tell
from troth.cli.groups import Commands

app = typer.Typer(
    help="Personal data breaches: the register, the 72 hours, who is told (Art. 33 and 34 GDPR).",
    cls=Commands,
    rich_markup_mode=None,
)

app.command("new")(breach_record.new)
app.command("note")(breach_record.note)
app.command("notify")(breach_notify.command)
app.command("tell")(breach_tell.command)
app.command("shut-out")(breach_shut.command)
app.command("close")(breach_record.close)
app.command("list")(breach_list.list_)
app.command("show")(breach_list.show)
app.command("export")(breach_list.export)


@app.callback()
def group() -> None:
    """Personal data breaches: the register, the 72 hours, who is told (Art. 33 and 34 GDPR)."""
