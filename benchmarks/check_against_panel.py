"""Do our connectors read the publishers' files as an independent reading of them does?

Run with the folder that holds `raw/` and `panels/`:

    python -m benchmarks.check_against_panel FOLDER

One table: series of the panel, ours, rows compared, rows equal, largest difference, days that only
one side has inside the range of both, and why where they are known to differ.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from indicators.catalogue import sources
from indicators.clean import clean
from indicators.ingest import read_directory

TOLERANCE = 6e-5
"""The panel is rounded to four decimals."""

type Shape = Callable[["pd.Series[float]"], "pd.Series[float]"]


@dataclass(frozen=True)
class Match:
    """Which of our series, added up and reshaped, a panel series should equal."""

    ours: tuple[str, ...]
    shape: Shape = lambda series: series
    note: str = ""


def _difference(series: "pd.Series[float]") -> "pd.Series[float]":
    daily = series.asfreq("D")
    return daily.diff()


def _month_end(series: "pd.Series[float]") -> "pd.Series[float]":
    return series.set_axis(series.index + pd.offsets.MonthEnd(0))


def _matches(names: list[str]) -> dict[str, Match]:
    losses = {
        "personnel": "personnel", "tank": "tank", "apc": "apc", "artillery": "artillery",
        "mrl": "mrl", "air_defence": "air-defence", "aircraft": "aircraft",
        "helicopter": "helicopter", "uav": "drone", "vehicles": "vehicle",
        "cruise_missile": "cruise-missile", "ship": "ship", "special_equipment": "special",
    }  # fmt: skip
    found = {
        f"ru_{theirs}_loss_daily_uamod": Match((f"losses.{ours}",), _difference)
        for theirs, ours in losses.items()
    }
    donors = {"usa": "usa", "germany": "deu", "uk": "gbr", "poland": "pol"}
    for theirs, ours in donors.items():
        found[f"kiel_military_{theirs}"] = Match((f"aid.military.{ours}",), _month_end)
    found |= {
        f"kiel_{kind}_monthly": Match((f"aid.{kind}",), _month_end)
        for kind in ("military", "financial", "humanitarian")
    }
    found["kiel_total_allocations_monthly"] = Match(("aid.total",), _month_end)
    found |= {f"viina_{k}_events": Match((f"viina.type.{k}",)) for k in
              ("airstrike", "drone", "artillery", "ground", "other")}  # fmt: skip
    found["ofac_russia_active"] = Match(("ofac.level.russia",), _month_end)
    found["ofac_russia_additions"] = Match(("ofac.additions.russia",), _month_end)
    found["brent_usd"] = Match(("price.brent",))
    found["henryhub_usd"] = Match(("price.henry-hub",))
    found |= {f"eur_{c}_ecb": Match((f"fx.eur-{c}",)) for c in ("rub", "pln", "sek", "huf", "usd")}
    found |= {
        theirs: Match((f"gpr.daily.{ours}",), note="the panel took another release of 2024-25")
        for theirs, ours in (
            ("gpr_daily", "index"), ("gpr_acts_daily", "acts"), ("gpr_threats_daily", "threats")
        )
    }  # fmt: skip
    found["ru_strike_uav_launched"] = Match(
        ("strikes.drones.launched",), note="the panel counts rows named Shahed alone"
    )
    found["ru_missiles_launched"] = Match(
        ("strikes.missiles.launched",),
        note="the panel lacks mass attacks of 2022-23, as 98 on 2022-11-15",
    )
    found["air_raid_alert_hours"] = Match(
        ("alerts.hours.*",), note="the panel books a whole alert on the day it starts"
    )
    found["cir_ru_military_presence_events"] = Match(
        ("sightings.military-presence.*",), note="a line there twice counts once here"
    )
    found["cir_ru_military_presence_belarus"] = Match(("sightings.military-presence.belarus",))
    for name in names:
        if name.startswith("gprc_"):
            iso = name.split("_")[1]
            found[name] = Match((f"gpr.country.{iso}",), _month_end)
        if name.startswith("gdelt_"):
            found[name] = Match((f"interaction.{name.removeprefix('gdelt_').replace('_', '-')}",))
    return {name: found[name] for name in names if name in found}


def _latest(raw: Path) -> "pd.DataFrame":
    """Return the latest value per series and day of every source."""
    frames = []
    for source in sources().values():
        batch = clean(source, read_directory(source, raw), now=datetime.now(UTC), first_fetch=None)
        frames.append(
            pd.DataFrame(
                {
                    "series": batch.readings.series,
                    "at": batch.readings.observed_at,
                    "value": batch.readings.value,
                }
            ).drop_duplicates(["series", "at"], keep="last")
        )
    return pd.concat(frames)


def _ours(latest: pd.DataFrame, match: Match) -> "pd.Series[float]":
    wanted = latest["series"].isin(match.ours)
    for name in match.ours:
        if name.endswith("*"):
            wanted |= latest["series"].str.startswith(name[:-1])
    return match.shape(latest[wanted].groupby("at")["value"].sum())


def main(folder: Path) -> int:
    """Print the table and return how many series without a known reason differ."""
    panel = pd.read_csv(folder / "panels" / "indicators_long.csv", parse_dates=["date"])
    latest = _latest(folder / "raw")
    matches = _matches(list(panel["series_id"].unique()))
    table = Table("panel", "ours", "compared", "equal", "largest", "one side", "known reason")
    wrong = 0
    for name, match in matches.items():
        theirs = panel[panel["series_id"] == name].set_index("date")["value"]
        ours = _ours(latest, match)
        both = pd.DataFrame({"theirs": theirs, "ours": ours}).dropna()
        gap = (both["theirs"] - both["ours"]).abs()
        close = gap <= TOLERANCE + 1e-9 * both["theirs"].abs()
        shared = (both.index.min(), both.index.max())
        odd = theirs.loc[slice(*shared)].index.symmetric_difference(
            ours.dropna().loc[slice(*shared)].index
        )
        wrong += int((not close.all() or len(odd) > 0) and not match.note)
        table.add_row(
            name, ",".join(match.ours), str(len(both)), str(int(close.sum())),
            f"{np.nanmax(gap):.4g}" if len(gap) else "-", str(len(odd)), match.note,
        )  # fmt: skip
    Console(width=170).print(table)
    print(f"{len(matches)} of {panel['series_id'].nunique()} panel series map; {wrong} unexplained")
    return wrong


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("give the folder that holds raw/ and panels/")
    sys.exit(1 if main(Path(sys.argv[1])) else 0)
