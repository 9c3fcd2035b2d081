"""Is what a ladder's readers see new enough, and whole? Pure: what was found goes in."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Literal

from forecaster.domain.ladder import Ladder
from forecaster.domain.run import Run
from forecaster.health.finding import Finding, State

type Freshness = Literal["fresh", "stale", "missing", "refused-newer"]
type Track = tuple[str, str, int]
"""A theatre, a domain, and a horizon in steps."""

_STATES: dict[Freshness, State] = {
    "fresh": "ok",
    "stale": "warn",
    "missing": "warn",
    "refused-newer": "warn",
}
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class LadderHealth:
    """How what a ladder's readers see stands at an instant.

    state: `missing` without a published run; `refused-newer` if a later run was refused, so that
    readers see an earlier one; `stale` after `fresh_until`. fresh_until: the daily slot after the
    run's `as_of`, and the hours of grace. age: since the run's `as_of`. absent: what the run should
    speak of and does not, as (theatre, domain, horizon). None where there is no run. refused: the
    run whose refusal `reason` tells.
    """

    ladder: str
    state: Freshness
    run_id: str | None = None
    as_of: datetime | None = None
    issued_at: datetime | None = None
    fresh_until: datetime | None = None
    age: timedelta | None = None
    absent: tuple[Track, ...] = ()
    reason: str = ""
    refused: str | None = None

    @property
    def complete(self) -> bool:
        """Whether there is a run and it says something of every theatre, domain and horizon."""
        return self.run_id is not None and not self.absent

    @property
    def finding(self) -> Finding:
        """What to tell an operator."""
        state: State = _STATES[self.state] if self.complete else "warn"
        remedy = "" if state == "ok" else f"run `forecaster daily --ladder {self.ladder}`"
        if self.state == "refused-newer":
            remedy = 'see the runbook, "A run was refused"'
        return Finding(f"ladder {self.ladder}", state, _sentence(self), remedy)


def fresh_until(as_of: datetime, *, hour: int, grace: timedelta, zone: tzinfo = UTC) -> datetime:
    """Return until when a run of an instant is what readers are to expect.

    The next daily slot, at `hour` in `zone` and strictly after `as_of`, should bring another one;
    `grace` is what that may take.
    """
    day = as_of.astimezone(zone).date()
    slots = (datetime.combine(day + timedelta(days=n), time(hour), zone) for n in range(2))
    return next(slot for slot in slots if slot > as_of).astimezone(UTC) + grace


def judge(
    ladder: str,
    *,
    published: Run | None,
    newest: Run | None,
    absent: tuple[Track, ...],
    now: datetime,
    hour: int,
    grace: timedelta,
    zone: tzinfo = UTC,
) -> LadderHealth:
    """Return how a ladder stands.

    Args:
        ladder: its id.
        published: the run that readers see, None if there is none.
        newest: the run that was issued last, in whatever state.
        absent: what the published run should speak of and does not.
        now: the present.
        hour: of the daily slot, in `zone`.
        zone: the time zone in which jobs are due.
        grace: how long after its slot a run may take.
    """
    refused = newest if newest is not None and newest.state == "refused" else None
    told = ("", None) if refused is None else (refused.state_reason, refused.run_id)
    if published is None:
        return LadderHealth(ladder, "missing", reason=told[0], refused=told[1])
    until = fresh_until(published.as_of, hour=hour, grace=grace, zone=zone)
    overtaken = refused is not None and refused.as_of >= published.as_of
    state: Freshness = "refused-newer" if overtaken else "fresh" if now <= until else "stale"
    return LadderHealth(
        ladder=ladder,
        state=state,
        run_id=published.run_id,
        as_of=published.as_of,
        issued_at=published.issued_at,
        fresh_until=until,
        age=now - published.as_of,
        absent=absent,
        reason=told[0] if overtaken else "",
        refused=told[1] if overtaken else None,
    )


def absent_of(
    ladder: Ladder, standing: AbstractSet[tuple[str, str]], told: AbstractSet[Track]
) -> tuple[Track, ...]:
    """Return what a run of a ladder should speak of and does not, in order.

    Args:
        ladder: of the run; a track with no rung above the lowest has nothing to tell.
        standing: (theatre, domain) whose present rung the run gives; a panel's are found in data.
        told: (theatre, domain, horizon) for which it gives a distribution over rungs.
    """
    named = {
        (theatre.id, domain)
        for theatre in ladder.theatres
        for domain in ladder.domains
        if len(ladder.rungs_of(theatre, domain)) > 1
    }
    wanted = {(*track, steps) for track in named | standing for steps in ladder.horizons}
    return tuple(sorted(wanted - told))


def _sentence(health: LadderHealth) -> str:
    if health.as_of is None or health.fresh_until is None or health.age is None:
        return f"missing: nothing is published {health.reason}".rstrip()
    hours = health.age.total_seconds() / 3600
    said = (
        f"{health.state}: run {health.run_id} as of {health.as_of:%Y-%m-%d %H:%M}, "
        f"{hours:.0f} hours old, expected to last until {health.fresh_until:%Y-%m-%d %H:%M}"
    )
    if health.reason:
        said += f"; a newer one was refused: {health.reason}"
    if health.absent:
        tracks = [f"{theatre}, {domain}, {steps}" for theatre, domain, steps in health.absent]
        said += f"; {len(tracks)} forecasts are missing ({'; '.join(tracks[:_SHOWN])})"
    return said
