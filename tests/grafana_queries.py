"""What Grafana makes of a query before it sends it: variables and macros of its PostgreSQL plugin.

Only those that the dashboards use are known; any other fails, so that none is sent as it stands.
Source: Grafana's documentation, "PostgreSQL data source", macros, and "Advanced variable format
options", `sqlstring`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "deploy" / "grafana"
DASHBOARDS = sorted((FOLDER / "dashboards").glob("*.json"))
SECONDS = {"1d": 86_400, "1w": 604_800}


def load(path: Path) -> dict[str, Any]:
    board: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return board


def queries(board: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Every query of every panel: title, format and SQL."""
    for panel in board["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["format"], target["rawSql"]


def expanded(
    sql: str, chosen: Mapping[str, Sequence[str]], *, since: str = "2000", until: str = "2100"
) -> str:
    def variable(match: re.Match[str]) -> str:
        return ",".join("'" + value.replace("'", "''") + "'" for value in chosen[match[1]])

    def within(match: re.Match[str]) -> str:
        return f"{match[1]} BETWEEN '{since}-01-01T00:00:00Z' AND '{until}-01-01T00:00:00Z'"

    def grouped(match: re.Match[str]) -> str:
        size = SECONDS[match[2]]
        return f'floor(extract(epoch from {match[1]})/{size})*{size} AS "time"'

    made = re.sub(r"\$\{(\w+):sqlstring\}", variable, sql)
    made = re.sub(r"\$__timeFilter\((\w+)\)", within, made)
    made = re.sub(r"\$__timeGroupAlias\((\w+), '(\w+)'\)", grouped, made)
    assert "$" not in made, made
    return made
