"""`python -m troth.cli` is the command `troth`."""

from troth.cli.entry import run

run()
