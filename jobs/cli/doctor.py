"""`forecaster doctor`: what is well, what is not, and what to do."""

import typer

from jobs.cli import terminal
from jobs.cli.options import DEFAULT_LADDER, LadderOption


def doctor(ladder: LadderOption = DEFAULT_LADDER) -> None:
    """Check environment, database and freshness; exit 1 if anything fails."""
    from jobs.doctor import examine
    from jobs.wiring import make_context

    findings = examine(make_context(), ladder)
    rows = [(f.state, f.name, f.detail, f.remedy) for f in findings]
    terminal.out(terminal.table(("", "what", "how it is", "what to do"), rows))
    failed = [finding.name for finding in findings if finding.state == "fail"]
    if failed:
        terminal.error(f"not well: {', '.join(failed)}; what to do stands beside each")
        raise typer.Exit(1)
