"""How the pictures look: light ground, system fonts, colours that colour blindness tells apart.

Colours are those of Okabe and Ito (2008), "Color Universal Design"; what readers are given is
near-black and thick, and shape or place says the same as colour.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

import altair as alt
import vl_convert as vlc

INK = "#16202a"
MUTED = "#4d5966"
RULE = "#cfd6dd"
FAMILIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#8C6BB1", "#A6761D")
WIDTH = 760
"""Width of a picture in points: what a page shows without scaling."""
_LONG = re.compile(r"-?\d+\.\d{4,}")
_INNER_ROLE = re.compile(r' (?:role="graphics-[\w-]+"|aria-roledescription="[^"]*")')
_SPACE = 26
_MARGINS = 58

type Record = Mapping[str, object]


def svg(chart: alt.TopLevelMixin, *, title: str, described: str) -> str:
    """Return the chart as SVG text with a title and a description that can be read out."""
    drawn = str(vlc.vegalite_to_svg(chart.to_dict()))
    # Hundredths of a point are enough, and make the file smaller and the same everywhere.
    rounded = _LONG.sub(lambda found: f"{float(found[0]):.2f}", drawn)
    # The picture is read out as a whole; parts with roles of their own would need names as well.
    return _spoken(_INNER_ROLE.sub("", rounded), title, described)


def _spoken(text: str, title: str, described: str) -> str:
    from markupsafe import escape

    start = text.index("<svg")
    end = text.index(">", start)
    head = f'{text[start:end]} role="img" aria-label="{escape(title)}">'
    return (
        f"{head}<title>{escape(title)}</title><desc>{escape(described)}</desc>{text[end + 1 :]}\n"
    )


def data(rows: Sequence[Record]) -> alt.InlineData:
    """Return rows as a chart's own data; dates as ISO text."""
    return alt.InlineData(values=[{k: _plain(v) for k, v in row.items()} for row in rows])


def _plain(value: object) -> object:
    return f"{value:%Y-%m-%dT%H:%M:%S}" if isinstance(value, datetime) else value


def panel_width(columns: int) -> int:
    """Return the width of one small multiple when `columns` stand side by side."""
    return (WIDTH - _MARGINS - _SPACE * (columns - 1)) // columns


def styled(chart: alt.ConcatChart) -> alt.ConcatChart:
    """Return the chart with the look that all pictures share."""
    text = {"labelFontSize": 12, "titleFontSize": 12.5, "labelLimit": 260}
    styled: alt.ConcatChart = chart.configure(
        aria=False,
        background="#ffffff",
        font="Helvetica, Arial, 'Liberation Sans', 'Noto Sans', sans-serif",
        padding=10,
        view={"stroke": RULE},
        axis=text
        | {"titleFontWeight": "normal", "labelColor": MUTED, "titleColor": INK}
        | {"gridColor": "#e8ecf0", "domainColor": RULE, "tickColor": RULE},
        legend=text | {"labelColor": INK, "titleColor": INK},
        title={"fontSize": 13.5, "anchor": "start", "color": INK, "fontWeight": "bold"},
        concat={"spacing": _SPACE},
    )
    return styled
