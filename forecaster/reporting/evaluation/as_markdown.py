"""The pages as one Markdown file, in which each panel's part can be replaced alone."""

import re
from collections.abc import Sequence

from forecaster.reporting.evaluation.page import Page, Picture, Section, Table
from forecaster.reporting.render_markdown import plain

_HEAD = (
    "# Evaluation\n\n"
    "This page is written by the backtest command from stored runs; do not edit it by hand. The "
    "main figures for programs are in [evaluation.json](evaluation.json)."
)
_NOTES_HEAD = " The prose of its last section is [evaluation-notes.md](evaluation-notes.md)."
NOTES_TITLE = "## What failed and why, what was tried"
_PART = re.compile(r"<!-- panel (?P<id>[\w.-]+) -->\n.*?<!-- end of panel (?P=id) -->", re.S)


def markdown(pages: Sequence[Page], notes: str, *, before: str = "") -> str:
    """Return the document: the parts of `pages`, those of other panels in `before`, the notes.

    The notes are prose and are taken as they are; their first heading is left out.
    """
    parts = {found["id"]: found[0] for found in _PART.finditer(before)}
    parts |= {page.panel: _part(page) for page in pages}
    ordered = [parts[id] for id in sorted(parts)]
    tail = f"{NOTES_TITLE}\n\n{_body(notes) or 'No notes are written yet.'}"
    head = _HEAD + (_NOTES_HEAD if notes else "")
    return "\n\n".join([head, *ordered, tail]) + "\n"


def _body(notes: str) -> str:
    return re.sub(r"\A\s*# [^\n]*\n", "", notes).strip()


def _part(page: Page) -> str:
    facts = "\n".join(f"| {plain(label)} | {plain(value)} |" for label, value in page.facts)
    blocks = [
        f"<!-- panel {page.panel} -->",
        f"## {plain(page.title)}",
        f"| what | value |\n| --- | --- |\n{facts}",
        *(_section(page.panel, section) for section in page.sections),
        f"<!-- end of panel {page.panel} -->",
    ]
    return "\n\n".join(blocks).replace(" -->\n\n## ", " -->\n## ", 1)


def _section(panel: str, section: Section) -> str:
    blocks = [
        f"### {plain(section.title)}",
        *(plain(text) for text in section.paragraphs),
        "\n".join(f"- {plain(point)}" for point in section.points),
        *(_table(table, section.title) for table in section.tables),
        *(_picture(panel, picture) for picture in section.pictures),
    ]
    return "\n\n".join(block for block in blocks if block)


def _table(table: Table, above: str) -> str:
    head = "" if table.title == above else f"**{plain(table.title)}**\n\n"
    ends = [" --- " if i < table.text_columns else " --: " for i in range(len(table.heads))]
    lines = [
        _line(table.heads),
        f"|{'|'.join(ends)}|",
        *(_line(row, strong=i in table.strong) for i, row in enumerate(table.rows)),
    ]
    note = f"\n\n{plain(table.note)}" if table.note else ""
    return head + "\n".join(lines) + note


def _line(cells: Sequence[str], *, strong: bool = False) -> str:
    written = [f"**{plain(cell)}**" if strong and cell else plain(cell) for cell in cells]
    return f"| {' | '.join(written)} |"


def picture_file(panel: str, picture: Picture) -> str:
    """Return the name of a picture's file in the folder of pictures."""
    return f"{panel}-{picture.id}.svg"


def _picture(panel: str, picture: Picture) -> str:
    alt = plain(f"{picture.title}. {picture.described}")
    head = f"**{plain(picture.title)}**\n\n{plain(picture.caption)}"
    return f"{head}\n\n![{alt}](pictures/{picture_file(panel, picture)})"
