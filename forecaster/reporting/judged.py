"""Judged rungs: how often each was ever reached, and how much of its number is prior."""

from itertools import groupby

from forecaster.domain.forecast import JudgedRecord
from forecaster.reporting.frame import Frame
from forecaster.reporting.phrases import short
from forecaster.reporting.sections import JudgedGroup, JudgedRow
from forecaster.reporting.words import percent

HOLDS = "holds now"
"""What is said of a rung on or under the present one: its probability would say nothing."""


def rows(frame: Frame) -> tuple[JudgedRow, ...]:
    """Return the judged rungs by domain, highest rung first, then in order of theatres."""
    place = {theatre.id: i for i, theatre in enumerate(frame.ladder.theatres)}
    domains = frame.ladder.domains
    found = [_judged(frame, record) for record in frame.forecast.judged]
    return tuple(
        sorted(
            (row for row in found if row is not None),
            key=lambda r: (
                domains.index(r.domain),
                -r.rung.order,
                place.get(r.theatre, len(place)),
            ),
        )
    )


def _judged(frame: Frame, record: JudgedRecord) -> JudgedRow | None:
    standings = {(s.theatre, s.domain): s for s in frame.forecast.standings}
    standing = standings.get((record.theatre, record.domain))
    if standing is None:
        return None
    reach = frame.outlook(standing, "reach", record.rung, max(frame.ladder.horizons))
    if reach is None:
        return None
    rung = frame.rung(record.domain, record.rung)
    present = frame.rung(record.domain, standing.present_rung)
    steps = round(record.exposure_steps)
    unit = f"theatre-{frame.ladder.step}" + ("" if steps == 1 else "s")
    return JudgedRow(
        theatre=record.theatre,
        theatre_name=frame.theatre(record.theatre).name,
        domain=record.domain,
        rung=rung,
        holds=rung.order <= present.order,
        record=f"{record.events} of {steps:,} {unit}",
        events=record.events,
        exposure_steps=record.exposure_steps,
        reach=reach,
        prior_share=reach.prior_share,
    )


def groups(rows: tuple[JudgedRow, ...]) -> tuple[JudgedGroup, ...]:
    """Return the rows for reading: theatres whose line would say the same share one."""
    found: list[JudgedGroup] = []
    for (domain, rung), of_rung in groupby(rows, key=lambda r: (r.domain, r.rung)):
        alike: dict[tuple[str, str, str, str], list[JudgedRow]] = {}
        for row in of_rung:
            number, interval = row.reach.number, row.reach.interval
            if row.holds:
                number, interval = HOLDS, "–"
            said = (row.record, number, interval, percent(row.prior_share))
            alike.setdefault(said, []).append(row)
        found += [
            JudgedGroup(
                domain=domain,
                rung=rung,
                theatres=tuple(short(row.theatre_name) for row in same),
                record=f"{record} each" if len(same) > 1 else record,
                number=number,
                term="" if same[0].holds else same[0].reach.term,
                interval=interval,
                prior_share=share,
            )
            for (record, number, interval, share), same in alike.items()
        ]
    return tuple(found)
