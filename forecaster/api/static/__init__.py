"""Files that pages load: our own style, and htmx as its authors released it.

`htmx.min.js` is `dist/htmx.min.js` of the npm package htmx.org 2.0.11, unchanged, under the licence
in `htmx.LICENSE.txt`. The 2 line is taken, not 4: it has been in use for years, and it can be told
never to evaluate text and never to write a style of its own, which our content security policy
forbids.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
