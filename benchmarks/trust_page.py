"""`docs/trust.md`: one section per benchmark and subject, each written by its command alone."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "trust.md"
PICTURES = ROOT / "docs" / "pictures"
HEAD = """# Trust in the models

Whether what a family says can be believed apart from how well it scores. Each section is written
by the command that it names; do not edit it by hand.
"""


def write_section(name: str, body: str, *, page: Path = PAGE) -> None:
    """Put `body` in place of the section called `name`, or in order of name among the others."""
    text = page.read_text(encoding="utf-8") if page.exists() else HEAD
    found = re.findall(r"<!-- (.+?) -->\n(.*?)\n<!-- end -->", text, flags=re.S)
    sections = dict(found) | {name: body.strip()}
    parts = [f"<!-- {key} -->\n{sections[key]}\n<!-- end -->\n" for key in sorted(sections)]
    page.write_text("\n".join([HEAD, *parts]), encoding="utf-8")


def markdown_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
