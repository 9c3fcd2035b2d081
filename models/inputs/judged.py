"""Judged rungs: how often each was entered and left, and for how long it was not.

One group is one domain in one theatre; its judged rungs form a small ladder above a base (rung 0,
or the measured rungs). The record counts entries straight to a rung from below it, the steps in
which it could have been entered, the times it was left, and the steps spent on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from models.inputs.calendar import Calendar

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class JudgedPanel:
    """Cells of judged rungs, flat: one per (group, rung), in order of group, then of the rung.

    group: index into `theatres` and `domains` (which are per group). entered, exposure: entries
    and steps without it. left, spent: exits and steps on it. standing: per group, the index of
    its present judged rung among its own cells plus 1, or 0 for the base. entered_by_step,
    exposure_by_step: entries and exposure in each step (step, cell), which add up to the totals.
    standing_by_step: `standing` at the end of each step (step, group); that of the step of the
    present moment is that of the moment.
    """

    theatres: tuple[str, ...]
    domains: tuple[str, ...]
    regions: tuple[str, ...]
    rungs: tuple[str, ...]
    group: NDArray[np.int64]
    entered: Array
    exposure: Array
    left: Array
    spent: Array
    standing: NDArray[np.int64]
    entered_by_step: Array
    exposure_by_step: Array
    standing_by_step: NDArray[np.int64]

    @property
    def cells(self) -> tuple[str, ...]:
        """The name of each cell: theatre, domain and rung."""
        return tuple(
            f"{self.theatres[g]}/{self.domains[g]}/{rung}"
            for g, rung in zip(self.group, self.rungs, strict=True)
        )

    def group_of(self, theatre: str, domain: str) -> int | None:
        """Return the group of a theatre and domain, None if it has no judged rung."""
        pairs = list(zip(self.theatres, self.domains, strict=True))
        return pairs.index((theatre, domain)) if (theatre, domain) in pairs else None

    def cells_of(self, group: int) -> NDArray[np.int64]:
        """Return the cells of one group, from its lowest judged rung up."""
        return np.flatnonzero(self.group == group)


def build_judged(
    ladder: Ladder, judgements: Sequence[Judgement], calendar: Calendar
) -> JudgedPanel:
    """Return the record of every judged rung from the ladder's start to the calendar's day."""
    begin, end = datetime.combine(ladder.starts, time.min, UTC), calendar.as_of
    length = timedelta(days=calendar.usual_days)
    rows: list[tuple[str, int, float, float, float, float]] = []
    by_step: list[tuple[Array, Array]] = []
    groups: list[tuple[str, str, str]] = []
    moments = [min(calendar.end_of(t), end) for t in range(calendar.last + 1)]
    standing: list[list[int]] = []
    for theatre in ladder.theatres:
        for domain in ladder.domains:
            rungs = [r.id for r in ladder.rungs_of(theatre, domain) if r.resolution == "judged"]
            rungs = [r for r in rungs if r != ladder.track(domain)[0].id]
            if not rungs:
                continue
            spells = _spells(judgements, theatre.id, domain, rungs, begin, end)
            rows += [
                (r, len(groups), *_record(i, spells, begin, end, length))
                for i, r in enumerate(rungs)
            ]
            by_step += [_by_step(i, spells, calendar, begin, length) for i in range(len(rungs))]
            standing.append([_standing(spells, moment) for moment in moments])
            groups.append((theatre.id, domain, theatre.region))
    stood = np.array(standing, dtype=np.int64).reshape(len(groups), len(moments)).T
    numbers = np.array([row[2:] for row in rows], dtype=float).reshape(-1, 4)
    return JudgedPanel(
        theatres=tuple(g[0] for g in groups),
        domains=tuple(g[1] for g in groups),
        regions=tuple(g[2] for g in groups),
        rungs=tuple(row[0] for row in rows),
        group=np.array([row[1] for row in rows], dtype=np.int64),
        entered=numbers[:, 0],
        exposure=numbers[:, 1],
        left=numbers[:, 2],
        spent=numbers[:, 3],
        standing=stood[-1],
        entered_by_step=_side_by_side([entered for entered, _ in by_step], calendar),
        exposure_by_step=_side_by_side([exposure for _, exposure in by_step], calendar),
        standing_by_step=stood,
    )


type Spell = tuple[int, datetime, datetime, bool]


def _spells(
    judgements: Sequence[Judgement],
    theatre: str,
    domain: str,
    rungs: list[str],
    begin: datetime,
    end: datetime,
) -> list[Spell]:
    """Return (rung index, from, until, still open) of every judgement inside the record."""
    return [
        (
            rungs.index(j.rung),
            max(j.starts_at, begin),
            min(j.ends_at or end, end),
            j.ends_at is None or j.ends_at > end,
        )
        for j in judgements
        if (j.theatre, j.domain) == (theatre, domain)
        and j.rung in rungs
        and j.starts_at <= end
        and (j.ends_at is None or j.ends_at >= begin)
    ]


def _standing(spells: list[Spell], moment: datetime) -> int:
    """Return the place of the highest rung held at a moment of the record, plus 1; 0 if none."""
    held = (s[0] + 1 for s in spells if s[1] <= moment and (s[3] or s[2] > moment))
    return max(held, default=0)


def _record(
    rung: int, spells: list[Spell], begin: datetime, end: datetime, length: timedelta
) -> tuple[float, float, float, float]:
    """Return entries, steps open to entry, exits and steps spent of one rung."""
    own = _merged([s for s in spells if s[0] == rung])
    above = _merged([s for s in spells if s[0] >= rung])
    spent = sum((s[2] - s[1] for s in own), timedelta())
    occupied = sum((s[2] - s[1] for s in above), timedelta())
    left = sum(1 for s in own if not s[3])
    return len(own), max((end - begin - occupied) / length, 0.0), left, spent / length


def _by_step(
    rung: int, spells: list[Spell], calendar: Calendar, begin: datetime, length: timedelta
) -> tuple[Array, Array]:
    """Return entries and steps open to entry of one rung, step by step; see `_record`."""
    own = _merged([s for s in spells if s[0] == rung])
    above = _merged([s for s in spells if s[0] >= rung])
    edges = np.clip(_seconds(calendar, begin), 0.0, (calendar.as_of - begin).total_seconds())
    free = edges.copy()
    for _, start, until, _ in above:
        first, last = ((moment - begin).total_seconds() for moment in (start, until))
        free -= np.clip(edges, first, last) - first
    starts = [(s[1] - begin).total_seconds() for s in own]
    step = np.searchsorted(edges, starts, side="right") - 1
    entered = np.bincount(np.minimum(step, calendar.last), minlength=calendar.last + 1)
    return entered.astype(float), np.diff(free) / length.total_seconds()


def _seconds(calendar: Calendar, begin: datetime) -> Array:
    """Return the edges of all steps in seconds from `begin`."""
    origin = np.datetime64(begin.replace(tzinfo=None), "us")
    return (calendar.edges.astype("datetime64[us]") - origin) / np.timedelta64(1, "s")


def _side_by_side(columns: list[Array], calendar: Calendar) -> Array:
    return np.stack(columns, axis=1) if columns else np.zeros((calendar.last + 1, 0))


def _merged(spells: list[Spell]) -> list[Spell]:
    """Join spells that overlap: two judgements of one episode are one entry and one exit."""
    joined: list[Spell] = []
    for rung, start, until, is_open in sorted(spells, key=lambda s: s[1]):
        if joined and start <= joined[-1][2]:
            last = joined[-1]
            joined[-1] = (last[0], last[1], max(last[2], until), last[3] or is_open)
        else:
            joined.append((rung, start, until, is_open))
    return joined
