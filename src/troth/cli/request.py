"""`troth request`: what a person asks for under their rights (Art. 12 to 22 GDPR)."""

from __future__ import annotations

import typer

from troth.cli import (
    request_access,
    request_answer,
    request_calendar,
    request_decide,
    request_evidence,
    request_fetch,
    request_find,
    request_identify,
    request_inbox,
    request_list,
    request_lists,
    request_mails,
    request_new,
    request_portability,
    request_rectify,
    request_run,
    request_steps,
    request_told,
)
from troth.cli.groups import Commands

app = typer.Typer(
    help="Requests of persons under their rights (Art. 12 to 22 GDPR).",
    cls=Commands,
    rich_markup_mode=None,
)

# One line for each command, which is a module of its own.
app.command("find")(request_find.command)
app.command("inbox")(request_inbox.command)
app.command("calendar")(request_calendar.command)
app.command("fetch")(request_fetch.command)
app.command("mails")(request_mails.mails)
app.command("take")(request_mails.take)
app.command("dismiss")(request_mails.dismiss)
app.command("identify")(request_identify.command)
app.command("clarify")(request_steps.clarify)
app.command("right")(request_steps.right)
app.command("page")(request_steps.page)
app.command("act")(request_steps.act)
app.command("new")(request_new.command)
app.command("list")(request_list.list_)
app.command("lists")(request_lists.command)
app.command("show")(request_list.show)
app.command("decide")(request_decide.command)
app.command("approve")(request_steps.approve)
app.command("return")(request_steps.give_back)
app.command("task")(request_steps.task)
app.command("answer")(request_answer.command)
app.command("package")(request_answer.package)
app.command("close")(request_steps.close)
app.command("evidence")(request_evidence.command)
app.command("extend")(request_decide.extend)
app.command("lift")(request_decide.lift)
app.command("rectify")(request_rectify.command)
app.command("run")(request_run.command)
app.command("recipients")(request_told.recipients)
app.command("notify")(request_told.notify)
app.command("acknowledge")(request_told.acknowledge)
app.command("access")(request_access.command)
app.command("portability")(request_portability.command)


@app.callback()
def group() -> None:
    """Requests of persons under their rights (Art. 12 to 22 GDPR)."""
