"""A panel's page as one self-contained file: no script, no remote asset, made to be printed."""

from base64 import b64encode
from functools import lru_cache

from jinja2 import Environment

from forecaster.reporting import palette
from forecaster.reporting.environment import html_environment
from forecaster.reporting.evaluation.page import Page, Picture


def html(page: Page, *, notes: str = "") -> str:
    """Return the page; every text is escaped, and each picture is a file inside it."""
    template = _environment().get_template("evaluation.html.j2")
    colours = {"colours": palette.LIGHT, "dark": palette.DARK}
    return template.render(page=page, notes=_blocks(notes), **colours)


def _blocks(notes: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return headings, lists and paragraphs of a Markdown text; other markup stays as it is."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for block in notes.split("\n\n"):
        text = block.strip()
        if text.startswith("#"):
            found.append(("heading", (text.lstrip("# "),)))
        elif text.startswith("- "):
            items = f"\n{text}".split("\n- ")[1:]
            found.append(("list", tuple(" ".join(item.split()) for item in items)))
        elif text:
            found.append(("paragraph", (" ".join(text.split()),)))
    return found


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = html_environment()
    environment.filters["data_uri"] = _data_uri
    return environment


def _data_uri(picture: Picture) -> str:
    return f"data:image/svg+xml;base64,{b64encode(picture.svg.encode()).decode()}"
