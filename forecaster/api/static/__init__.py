"""Files that pages load: our own style and script, and htmx as its authors released it."""

from pathlib import Path

FOLDER = Path(__file__).parent
