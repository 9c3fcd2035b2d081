"""ECDF differences of ranks with their simultaneous band, one panel per kind of quantity."""

from collections.abc import Mapping
from pathlib import Path

import altair as alt
import numpy as np
import vl_convert as vlc

from models.uniformity import UniformityTest

POINTS = 50
"""Points at which each curve is drawn."""


def write_picture(path: Path, test: UniformityTest, ranks: Mapping[str, np.ndarray]) -> None:
    """Write one SVG: a curve that leaves the grey band is not that of a calibrated quantity."""
    kinds: dict[str, list[str]] = {}
    for name in ranks:
        kinds.setdefault(name.partition("[")[0], []).append(name)
    panels = [_panel(kind, test, {n: ranks[n] for n in names}) for kind, names in kinds.items()]
    spec = alt.concat(*panels, columns=4).configure_axis(grid=False).to_dict()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(vlc.vegalite_to_svg(spec), encoding="utf-8")


def _panel(kind: str, test: UniformityTest, ranks: Mapping[str, np.ndarray]) -> alt.LayerChart:
    chosen = np.linspace(0, len(test.points) - 1, POINTS).round().astype(int)
    x = alt.X("share:Q", title="rank / draws", scale=alt.Scale(domain=[0, 1]))
    band = [{"share": test.points[i], "low": test.lower[i], "high": test.upper[i]} for i in chosen]
    lines = [
        {"share": test.points[i], "difference": float(difference[i]), "quantity": name}
        for name, difference in ((n, test.difference(r)) for n, r in ranks.items())
        for i in chosen
    ]
    grey = alt.Chart(alt.InlineData(values=band)).mark_area(color="#ddd")
    curves = alt.Chart(alt.InlineData(values=lines)).mark_line(strokeWidth=1.2)
    return (
        grey.encode(x=x, y=alt.Y("low:Q", title="ECDF difference"), y2="high:Q")
        + curves.encode(x=x, y="difference:Q", color=alt.Color("quantity:N", legend=None))
    ).properties(width=170, height=120, title=kind)
