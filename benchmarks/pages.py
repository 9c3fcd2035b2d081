"""Pages made of sections, each written by its command alone: `docs/trust.md` and others."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"
TRUST = DOCS / "trust.md"
TRUST_HEAD = """# Trust in the models

Whether what a family says can be believed apart from how well it scores. Each section is written
by the command that it names; do not edit it by hand.
"""


def write_section(name: str, body: str, *, page: Path = TRUST, head: str = TRUST_HEAD) -> None:
    """Put `body` in place of the section called `name`, or in order of name among the others."""
    text = page.read_text(encoding="utf-8") if page.exists() else head
    found = re.findall(r"<!-- (.+?) -->\n(.*?)\n<!-- end -->", text, flags=re.S)
    sections = dict(found) | {name: body.strip()}
    parts = [f"<!-- {key} -->\n{sections[key]}\n<!-- end -->\n" for key in sorted(sections)]
    page.write_text("\n".join([head, *parts]), encoding="utf-8")


def markdown_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
