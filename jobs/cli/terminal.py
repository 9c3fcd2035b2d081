"""What a person sees: tables, notices and errors as plain text, bars only at a terminal."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from jobs.context import Progress, silent

quiet = False
"""Set once from `--quiet`: no notices and no bars; results and errors are still shown."""


def out(text: str) -> None:
    """Print a result on standard output."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def notice(line: str) -> None:
    """Tell a person something that is not the result; on standard error, unless quiet."""
    if not quiet:
        sys.stderr.write(line + "\n")


def error(message: str) -> None:
    """Print `message` as the one line `error: …` on standard error."""
    sys.stderr.write("error: " + " ".join(message.split()) + "\n")


def table(headings: Sequence[str], rows: Sequence[Sequence[object]], *, digits: int = 3) -> str:
    """Return rows under headings in aligned columns; numbers stand to the right."""
    cells = [[_text(value, digits) for value in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(headings), *cells]) for i in range(len(headings))]
    right = [bool(rows) and all(_is_number(row[i]) for row in rows) for i in range(len(headings))]
    lines = [list(headings), ["-" * width for width in widths], *cells]
    return "\n".join(_line(line, widths, right) for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    pairs = zip(cells, widths, right, strict=True)
    return "  ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in pairs).rstrip()


def _text(value: object, digits: int) -> str:
    if value is None:
        return "–"
    return f"{value:.{digits}f}" if isinstance(value, float) else str(value)


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


@contextmanager
def bar(label: str) -> Iterator[Progress]:
    """Show a bar while the block runs, if standard error is a terminal; else nothing."""
    if quiet or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(label, total=1.0)
        yield lambda share: shown.update(task, completed=share)
