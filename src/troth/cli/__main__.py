"""`python -m troth.cli` is the command `troth`."""

from troth.cli.main import run

run()
