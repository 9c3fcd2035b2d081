"""Bars of speed and scale: what was measured, what was wanted, and `docs/performance.*`.

A benchmark measures one question, prints a table, and hands its bars to `record`, which replaces
those of the same topic in `docs/performance.json` and the section of that topic in
`docs/performance.md`. So each can be run alone, and `make bench` runs them all. A ratio is taken
within one run, between medians of several.
"""

import json
import os
import platform
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median
from typing import Literal

from rich.console import Console
from rich.table import Table

from benchmarks.pages import DOCS, markdown_table, write_section

HEAD = """# Performance

What `make bench` measured, topic by topic; each section is written by the command that it names,
and `performance.json` beside this page holds the same bars. Do not edit either by hand.
"""


@dataclass(frozen=True)
class Bar:
    """One bar. `how`: what was run, on what, how often, and the noise seen."""

    bar: str
    value: float
    target: float
    unit: str
    sense: Literal["at most", "at least"]
    how: str

    @property
    def passes(self) -> bool:
        """Whether the value is on the right side of the target; one that is no number is not."""
        if self.sense == "at most":
            return self.value <= self.target
        return self.value >= self.target


def record(topic: str, bars: Sequence[Bar], *, command: str, body: str = "", docs: Path = DOCS):
    """Print the bars, and put them in place of those of `topic` in both documents.

    Args:
        topic: a short name, such as `sequential update`.
        bars: what was measured.
        command: the one that measured it.
        body: Markdown put after the table of bars: further tables, pictures, a caution.
        docs: folder of the documents.
    """
    show(topic, bars)
    kept = [(name, bar) for name, bar in read_bars(docs) if name != topic]
    found = sorted([*kept, *((topic, bar) for bar in bars)], key=lambda row: row[0])
    rows = [{"topic": name, **asdict(bar), "passes": bar.passes} for name, bar in found]
    text = json.dumps({"bars": rows}, indent=1) + "\n"
    (docs / "performance.json").write_text(text, encoding="utf-8")
    title = f"## {topic[0].upper()}{topic[1:]}"
    written = f"Written by `{command}` on {machine()}."
    table = markdown_table(
        ("bar", "measured", "wanted", "met", "how"),
        [(b.bar, _figure(b), _wanted(b), "yes" if b.passes else "**no**", b.how) for b in bars],
    )
    parts = [part for part in (title, written, table, body.strip()) if part]
    write_section(topic, "\n\n".join(parts), page=docs / "performance.md", head=HEAD)


def read_bars(docs: Path = DOCS) -> list[tuple[str, Bar]]:
    """Return every recorded bar with its topic, in order of topic; none if nothing is recorded."""
    path = docs / "performance.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["bars"] if path.exists() else []
    names = [field.name for field in fields(Bar)]
    return [(row["topic"], Bar(**{name: row[name] for name in names})) for row in rows]


def show_all(bars: Sequence[tuple[str, Bar]], stale: Collection[str] = ()) -> int:
    """Print all bars in one table, and return how many are missed; `stale` topics are marked."""
    table = Table("topic", "bar", "measured", "wanted", "met", title="all bars")
    for topic, bar in bars:
        name = f"{topic} (older)" if topic in stale else topic
        table.add_row(name, bar.bar, _figure(bar), _wanted(bar), "yes" if bar.passes else "NO")
    missed = sum(not bar.passes for _, bar in bars)
    console = Console(width=130)
    console.print(table)
    console.print(f"{len(bars)} bars, {missed} missed")
    return missed


def show(topic: str, bars: Sequence[Bar]) -> None:
    """Print one table of bars with a verdict each."""
    table = Table("bar", "measured", "wanted", "met", title=topic)
    for bar in bars:
        table.add_row(bar.bar, _figure(bar), _wanted(bar), "yes" if bar.passes else "NO")
    Console(width=110).print(table)


def spread_of(seconds: Sequence[float]) -> str:
    """Say how often something was measured, and how far the measurements lie apart."""
    middle = median(seconds)
    return f"median of {len(seconds)}, {min(seconds) / middle:.2f} to {max(seconds) / middle:.2f}×"


def machine() -> str:
    """Say what this ran on, without naming the machine."""
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _figure(bar: Bar) -> str:
    return f"{bar.value:,.3g} {bar.unit}" if bar.value < 1000 else f"{bar.value:,.0f} {bar.unit}"


def _wanted(bar: Bar) -> str:
    return f"{bar.sense} {bar.target:,g} {bar.unit}"
