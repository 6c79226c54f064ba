"""The command `troth`: its commands, its exit status, and how failures reach a person.

Exit status: 0 all well; 1 something is broken, unknown or found; 2 the command could not run; 130
Ctrl-C has ended it.
Modules of commands import what is heavy inside their functions, so that help is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from typing import Annotated

import typer

from troth import __version__
from troth.cli import (
    account,
    api,
    apply,
    breach,
    check,
    consent,
    coverage,
    demo,
    diff,
    directive,
    disclose,
    fact,
    fleet,
    hold,
    jobs,
    journal,
    key,
    lint,
    may,
    notice,
    plan,
    read,
    record,
    replay,
    request,
    restrict,
    review,
    scan,
    serve,
    suppression,
)
from troth.cli.encoding import write_anyway
from troth.cli.entry import INTERRUPTED
from troth.cli.failures import COULD_NOT_RUN, report
from troth.cli.groups import Commands, tree

app = typer.Typer(
    name="troth",
    help="Reads a privacy policy, finds where databases break it, and makes them keep it.",
    epilog="Exit status: 0 all well, 1 something is broken, unknown or found, 2 could not run, "
    "130 ended by Ctrl-C.",
    cls=Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: quick, and read well by a screen reader
)

# One line for each command; a module with several commands registers its own Typer app.
app.command("check")(check.command)
app.command("plan")(plan.command)
app.command("apply")(apply.command)
app.command("replay")(replay.command)
app.command("may")(may.command)
app.command("coverage")(coverage.command)
app.command("notice")(notice.command)
app.command("diff")(diff.command)
app.command("record")(record.command)
app.command("scan")(scan.command)
app.command("run")(jobs.command)
app.command("serve")(serve.command)
app.command("read")(read.command)
app.command("review")(review.command)
app.command("lint")(lint.command)
app.command("demo")(demo.command)
app.add_typer(account.app, name="account")
app.add_typer(key.app, name="key")
app.add_typer(hold.app, name="hold")
app.add_typer(consent.app, name="consent")
app.add_typer(restrict.app, name="restrict")
app.add_typer(fact.app, name="fact")
app.add_typer(request.app, name="request")
app.add_typer(fleet.app, name="fleet")
app.add_typer(breach.app, name="breach")
app.add_typer(api.app, name="api")
app.add_typer(disclose.app, name="disclose")
app.add_typer(suppression.app, name="suppression")
app.add_typer(directive.app, name="directive")
app.add_typer(journal.app, name="journal")


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an unexpected failure.")
    ] = False,
) -> None:
    """Reads a privacy policy, finds where databases break it, and makes them keep it."""
    del version, debug  # both are handled before any command is parsed, wherever they stand


@cache
def commands() -> Commands:
    """The command `troth` with all of its commands."""
    return tree(app)


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; every failure is reported on stderr."""
    own, rest = _split(arguments)
    debug = "--debug" in own
    given = [argument for argument in own if argument != "--debug"] + rest
    if given[:1] == ["--version"]:
        typer.echo(f"troth {__version__}")
        return 0
    try:
        status = commands().main(args=given, prog_name="troth", standalone_mode=False)
    except SystemExit:
        return COULD_NOT_RUN  # Typer leaves so when whoever read our output has gone
    except (Exception, KeyboardInterrupt) as error:
        if debug:
            raise
        return report(error, json="--json" in own)
    if status == INTERRUPTED:  # what Typer makes of Ctrl-C
        return report(KeyboardInterrupt(), json="--json" in own)
    return int(status or 0)


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """The arguments before `--`, where options are, and the rest."""
    every = list(arguments)
    end = every.index("--") if "--" in every else len(every)
    return every[:end], every[end:]


def run() -> None:
    """One command with the arguments of the process, which ends with its exit status."""
    write_anyway()
    sys.exit(main(sys.argv[1:]))
