"""VIINA 2.0: violent events in Ukraine, counted from news by machine, per region and per type.

Provider: Yuri Zhukov and Natalie Ayers (University of Michigan, Harvard); daily counts compiled by
the ukraine-warmap project. Cadence: daily. Lag: three days. Licence: ODbL 1.0, share-alike, so
what is derived from it is kept in a file of its own and credited.

Quirks: the news sources thin out, so volume falls about five-fold from 2022 to 2026 while the war
does not cool: only shares of a national total mean anything over years. The last three days of
an answer are incomplete and are left out; they come whole later. Column 0 is events without a
region. `oblasts.csv` names the columns; without it the order in force since 2022 is taken.
"""

from typing import Any

import numpy as np
import pandas as pd

from forecaster.errors import SourceError
from indicators import decode
from indicators.places import OBLASTS, slug
from indicators.rows import Column, join_rows, make_rows
from indicators.source import Bounds, Payloads, Resource, Source

REGIONS = "viina/choropleth-timeline.json"
TYPES = "viina/type-timeline.json"
NAMES = "viina/oblasts.csv"
INCOMPLETE_DAYS = 3

_WEB = "https://raw.githubusercontent.com/mulgerehircum/ukraine-warmap/HEAD/public/data"
_TYPE_SLUGS = ("airstrike", "drone", "artillery", "ground", "other")
_COLUMNS = ("unnamed", *OBLASTS)
_SPELLINGS = {
    "dnipropetrovs-k": "dnipropetrovsk", "donets-k": "donetsk", "khmel-nyts-kyy": "khmelnytskyi",
    "ivano-frankivs-k": "ivano-frankivsk", "kiev": "kyiv-oblast", "kievcity": "kyiv-city",
    "l-viv": "lviv", "luhans-k": "luhansk", "mykolayiv": "mykolaiv", "odessa": "odesa",
    "ternopil": "ternopil", "vinnytsya": "vinnytsia", "zaporizhia": "zaporizhzhia",
}  # fmt: skip


def parse(payloads: Payloads) -> pd.DataFrame:
    """Return daily counts per region and per type, the last, incomplete days left out."""
    return join_rows(_regions(payloads), _types(payloads))


def _regions(payloads: Payloads) -> pd.DataFrame:
    found = decode.document(payloads, REGIONS)
    columns = _columns(payloads)
    if not isinstance(found, dict):
        raise SourceError(f"{REGIONS} is not an object: the format may have changed")
    dates, counts = _list(found, "dates", REGIONS), _list(found, "counts", REGIONS)
    widths = {len(day) if isinstance(day, list) else 0 for day in counts}
    if len(dates) != len(counts) or widths - {len(columns)}:
        raise SourceError(
            f"{REGIONS} has {len(dates)} dates and {len(counts)} rows that must each hold"
            f" {len(columns)} regions: it may be cut off, fetch it again"
        )
    whole = max(len(dates) - INCOMPLETE_DAYS, 0)
    days = _dashed(pd.Series(dates[:whole], dtype=object).astype(str))
    return make_rows(
        series=pd.Series(np.tile([f"viina.events.{name}" for name in columns], whole)),
        observed_at=days.repeat(len(columns)).reset_index(drop=True),
        value=pd.Series([cell for day in counts[:whole] for cell in day], dtype=object),
    )


def _types(payloads: Payloads) -> pd.DataFrame:
    found = decode.document(payloads, TYPES)
    if not isinstance(found, dict) or "start" not in found:
        raise SourceError(f"{TYPES} lacks 'start': the format may have changed")
    try:
        start = pd.to_datetime(str(found["start"]), format="%Y%m%d")
    except ValueError:
        raise SourceError(f"{TYPES} starts on {found['start']!r}, not a date as 20220224") from None
    frames = []
    for name in sorted(found.keys() - {"start"}):
        counts = _list(found, name, TYPES)
        whole = counts[: max(len(counts) - INCOMPLETE_DAYS, 0)]
        days = pd.Series(pd.date_range(start, periods=len(whole)).strftime("%Y-%m-%d"))
        value = pd.Series(whole, dtype=object)
        frames.append(make_rows(series=f"viina.type.{slug(name)}", observed_at=days, value=value))
    return join_rows(*frames)


def _list(found: dict[str, Any], key: str, name: str) -> list[Any]:
    value = found.get(key)
    if not isinstance(value, list):
        raise SourceError(f"{name} has no list {key!r}: the format may have changed")
    return value


def _columns(payloads: Payloads) -> tuple[str, ...]:
    if NAMES not in payloads:
        return _COLUMNS
    table = decode.table(payloads, NAMES, columns=("column", "name"))
    if len(table) != len(_COLUMNS):
        raise SourceError(f"{NAMES} names {len(table)} columns, not {len(_COLUMNS)}: correct it")
    plain = [slug(name) for name in table["name"]]
    return tuple(_SPELLINGS.get(name, name) for name in plain)


def _dashed(days: Column) -> Column:
    return days.str.replace(r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3", regex=True)


SOURCE = Source(
    id="viina",
    name="VIINA violent events",
    publisher="VIINA 2.0, Y. Zhukov and N. Ayers; compiled by ukraine-warmap",
    licence="ODbL 1.0",
    in_sample=True,
    resources=(
        Resource(REGIONS, f"{_WEB}/choropleth-timeline.json"),
        Resource(TYPES, f"{_WEB}/type-timeline.json"),
        Resource(NAMES, ""),
    ),
    series=(
        *(f"viina.events.{name}" for name in _COLUMNS),
        *(f"viina.type.{name}" for name in _TYPE_SLUGS),
    ),
    period="day",
    cadence_days=1,
    lag_days=3,
    grade="C3",
    expected_rows=40_000,
    bounds=(Bounds("viina.", maximum=5_000),),
    parse=parse,
    quirks="Volume falls as news sources thin out; the last three days are incomplete and left"
    " out; column 0 has no region.",
)
