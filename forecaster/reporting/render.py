"""Renderings of one daily report: the same rows for a screen, a printer, a terminal, a program."""

from forecaster.reporting.render_html import html
from forecaster.reporting.render_json import json
from forecaster.reporting.render_markdown import markdown
from forecaster.reporting.render_text import text

__all__ = ["html", "json", "markdown", "text"]
