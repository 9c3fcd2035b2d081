"""The parts of a Grafana dashboard as plain JSON: panels, variables, and where they stand.

Only what Grafana needs is written; it fills in the rest. Every query goes to the data source by
its own uid, which `provisioning/datasources` fixes, so no id of an installation is in a file.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

type Json = dict[str, Any]
type Kind = Literal["stat", "table", "timeseries", "bargauge"]
type Steps = Sequence[tuple[float | None, str]]

SOURCE: Json = {"type": "grafana-postgresql-datasource", "uid": "forecaster-results"}
"""The reader's view of the database, by the uid that its provisioning gives it."""

WIDTH = 24
"""Grafana's grid: every row of panels is so many columns wide."""

_SCHEMA = 39
"""A form that Grafana 11 and newer read; newer ones bring it to theirs by themselves."""

_CALM: Steps = ((None, "green"),)


def panel(
    kind: Kind,
    title: str,
    sql: str,
    *,
    meaning: str,
    unit: str = "short",
    steps: Steps = _CALM,
    columns: Mapping[str, Json] | None = None,
    options: Json | None = None,
    custom: Json | None = None,
    transformations: Sequence[Json] = (),
) -> Json:
    """Return a panel without a place.

    meaning: what a reader must know, shown on hover. unit: Grafana's id of a unit. steps: from
    which value on which colour. columns: for a table, what is special about a column by its name.
    """
    shape = "time_series" if kind == "timeseries" else "table"
    return {
        "type": kind,
        "title": title,
        "description": meaning,
        "datasource": SOURCE,
        "targets": [_query(sql, shape)],
        "fieldConfig": {
            "defaults": {
                "unit": unit,
                "noValue": "nothing yet",
                "color": {"mode": "palette-classic" if kind == "timeseries" else "thresholds"},
                "thresholds": _thresholds(steps),
                "custom": custom or {},
            },
            "overrides": [_override(name, special) for name, special in (columns or {}).items()],
        },
        "options": {**_OPTIONS[kind], **(options or {})},
        "transformations": list(transformations),
    }


_OPTIONS: Mapping[str, Json] = {
    "stat": {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "colorMode": "background",
        "graphMode": "none",
    },
    "table": {"showHeader": True, "cellHeight": "sm"},
    "timeseries": {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    "bargauge": {
        "reduceOptions": {"calcs": [], "fields": "", "values": True},
        "orientation": "horizontal",
        "displayMode": "basic",
        "showUnfilled": True,
    },
}


def _query(sql: str, shape: str) -> Json:
    return {
        "refId": "A",
        "datasource": SOURCE,
        "editorMode": "code",
        "format": shape,
        "rawQuery": True,
        "rawSql": " ".join(sql.split()),
    }


def _thresholds(steps: Steps) -> Json:
    made = [{"color": colour, "value": value} for value, colour in steps]
    return {"mode": "absolute", "steps": made}


def _override(column: str, special: Json) -> Json:
    properties = [{"id": name, "value": value} for name, value in special.items()]
    return {"matcher": {"id": "byName", "options": column}, "properties": properties}


def coloured(unit: str, steps: Steps) -> Json:
    """Return what makes a column's cells show their number in colour."""
    return {
        "unit": unit,
        "thresholds": _thresholds(steps),
        "custom.cellOptions": {"type": "color-background", "mode": "basic"},
    }


def in_unit(unit: str) -> Json:
    """Return what gives a column a unit and nothing else."""
    return {"unit": unit}


def words(colours: Mapping[str, str]) -> Json:
    """Return what colours a column of words, by the word."""
    shown = {
        word: {"color": colour, "index": n} for n, (word, colour) in enumerate(colours.items())
    }
    return {
        "mappings": [{"type": "value", "options": shown}],
        "custom.cellOptions": {"type": "color-background", "mode": "basic"},
    }


def matrix(row: str, column: str, value: str) -> Json:
    """Return the transformation of three columns into a table of one by the other."""
    options = {"rowField": row, "columnField": column, "valueField": value, "emptyValue": "null"}
    return {"id": "groupingToMatrix", "options": options}


def variable(name: str, label: str, sql: str, *, several: bool = False) -> Json:
    """Return a variable whose values the database gives; the first is chosen at the start."""
    return {
        "type": "query",
        "name": name,
        "label": label,
        "datasource": SOURCE,
        "query": " ".join(sql.split()),
        "refresh": 1,
        "sort": 0,
        "multi": several,
        "includeAll": several,
        "current": {"text": ["All"], "value": ["$__all"]} if several else {},
        "options": [],
        "hide": 0,
    }


def dashboard(
    uid: str,
    title: str,
    *,
    meaning: str,
    since: str,
    variables: Sequence[Json],
    rows: Sequence[tuple[int, Sequence[tuple[int, Json]]]],
) -> Json:
    """Return a whole dashboard.

    since: how far back it looks at first, such as `now-1y`. rows: for each its height, and its
    panels with their widths, from left to right.

    Raises:
        ValueError: a row is wider than the grid.
    """
    return {
        "uid": uid,
        "title": title,
        "description": meaning,
        "tags": ["forecaster"],
        "schemaVersion": _SCHEMA,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "5m",
        "timezone": "utc",
        "time": {"from": since, "to": "now"},
        "templating": {"list": list(variables)},
        "annotations": {"list": []},
        "links": [_LINK],
        "panels": _placed(rows),
    }


_LINK: Json = {
    "type": "dashboards",
    "title": "Forecaster",
    "tags": ["forecaster"],
    "asDropdown": True,
    "keepTime": False,
    "includeVars": True,
}


def _placed(rows: Sequence[tuple[int, Sequence[tuple[int, Json]]]]) -> list[Json]:
    placed: list[Json] = []
    top = 0
    for height, panels in rows:
        left = 0
        for width, made in panels:
            place = {"x": left, "y": top, "w": width, "h": height}
            placed.append({"id": len(placed) + 1, **made, "gridPos": place})
            left += width
        if left > WIDTH:
            raise ValueError(f"a row of panels is {left} columns wide: {WIDTH} is all there are")
        top += height
    return placed
