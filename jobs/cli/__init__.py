"""The command `forecaster`: one file per group of commands.

Nothing heavy is imported here or at the head of any file of this package, so that help answers
at once; each command imports what it needs when it runs.

Where do I go to …?

- see what becomes of an error: `jobs.cli.entry`
- see the options that several commands share: `jobs.cli.options`
- add a command: a function in its group's file, or a new file named in `jobs.cli.app`
"""

import sys


def main() -> None:
    """Run the command line and leave with its exit code: 0, 1 for failure, 2 for misuse."""
    from jobs.cli.entry import run

    sys.exit(run(sys.argv[1:]))
