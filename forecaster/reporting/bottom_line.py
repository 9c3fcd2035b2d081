"""The bottom line: a few sentences that a reader could take away and nothing else.

Where each region stands, what is likelier than not to move, the largest movement since the last
run, and what is missing. Confidence is said elsewhere, in a sentence of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from forecaster.reporting import words
from forecaster.reporting.document import Row
from forecaster.reporting.frame import Frame
from forecaster.reporting.movement import sentence as movement
from forecaster.reporting.phrases import capital, capped, counted, short, span
from forecaster.reporting.sections import IndicatorRow, SourceRow
from forecaster.reporting.values import Outlook

MOST_REGIONS = 4
MOST_NAMED = 3
_SAID = {
    "failed": ("failed to answer", "failed to answer"),
    "empty": ("answered nothing", "answered nothing"),
    "stale": ("sent only old rows", "sent only old rows"),
    "late": ("is late", "are late"),
    "short": ("sent fewer rows than it should", "sent fewer rows than they should"),
    "no source": ("has no source", "have no source"),
}


def sentences(
    frame: Frame,
    rows: Sequence[Row],
    *,
    sources: Sequence[SourceRow],
    indicators: Sequence[IndicatorRow],
    refused: str,
) -> tuple[str, ...]:
    """Return the sentences in the order in which they matter; `refused` leads if there is one."""
    found = [refused] if refused else []
    for domain in frame.ladder.domains:
        of_domain = [row for row in rows if row.domain == domain]
        if of_domain:
            found.append(_standing(frame, domain, of_domain))
    if rows:
        found.append(_direction(frame, rows))
    if not refused:
        found.append(movement(frame, rows))
    return (*found, _missing(rows, sources, indicators))


def _standing(frame: Frame, domain: str, rows: Sequence[Row]) -> str:
    by_region: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_region[row.region_name].append(row)
    highest = sorted(by_region.values(), key=lambda group: -max(r.rung.order for r in group))
    clauses = [_region(group) for group in highest[:MOST_REGIONS]]
    if len(highest) > MOST_REGIONS:
        clauses.append(f"{counted(len(highest) - MOST_REGIONS, 'more region')} no higher")
    lead = "" if domain == frame.ladder.domains[0] else f"On the {domain} track, "
    text = lead + "; ".join(clauses)
    return f"{capital(text)}."


def _region(rows: Sequence[Row]) -> str:
    top = max((row.rung for row in rows), key=lambda rung: rung.order)
    rung = f"{top.order} ({top.name})"
    if len(rows) == 1:
        return f"in {short(rows[0].theatre_name)} the rung is {rung}"
    leaders = [short(row.theatre_name) for row in rows if row.rung == top]
    across = f"across {rows[0].region_name}"
    if len(leaders) == len(rows):
        every = "both" if len(rows) == 2 else f"all {len(rows)}"
        return f"{across}, {every} theatres stand on rung {rung}"
    others = [row.rung.order for row in rows if row.rung != top]
    named = capped(leaders, most=MOST_NAMED)
    return f"{across}, the highest rung is {rung}, in {named}, and {_rest(others)}"


def _rest(orders: Sequence[int]) -> str:
    low, high = min(orders), max(orders)
    if len(orders) == 1:
        return f"the other theatre stands on rung {low}"
    where = f"on rung {low}" if low == high else f"on rungs {low} to {high}"
    return f"the other {len(orders)} theatres stand {where}"


def _direction(frame: Frame, rows: Sequence[Row]) -> str:
    within = f"within {span(frame.headline, frame.ladder.step)}"
    ranked = sorted(_moves(frame, rows), key=lambda item: -item[0])
    if not ranked:
        return f"No probability of a climb or a fall {within} was published."
    likelier = [f"{event} {said}" for chance, event, said in ranked if chance > 0.5]
    if not likelier:
        _, event, said = ranked[0]
        return f"No climb or fall {within} is likelier than not; the likeliest, {event}, {said}."
    return (
        f"{capital(within)}, {capped(likelier, most=MOST_NAMED)}; "
        "no other climb or fall is likelier than not."
    )


def _moves(frame: Frame, rows: Sequence[Row]) -> Iterable[tuple[float, str, str]]:
    for row in rows:
        place = short(row.theatre_name)
        for outlook in row.climb:
            if outlook.horizon_steps == frame.headline and row.next_rung is not None:
                event = f"a climb to rung {row.next_rung.order} in {place}"
                yield outlook.probability, event, _said(outlook)
        if row.fall is not None:
            event = f"a fall below rung {row.rung.order} in {place}"
            yield row.fall.probability, event, _said(row.fall)


def _said(outlook: Outlook) -> str:
    return words.Likelihood(outlook.number, outlook.term).predicate


def _missing(
    rows: Sequence[Row], sources: Sequence[SourceRow], indicators: Sequence[IndicatorRow]
) -> str:
    clauses = [*_absent(sources)]
    unfed = sum(row.state == "no source" for row in indicators)
    if unfed:
        verb = "has" if unfed == 1 else "have"
        clauses.append(f"{unfed} of {counted(len(indicators), 'indicator')} {verb} no source")
    if not clauses:
        clauses.append("every source is up to date")
    prior_driven = _prior_driven(rows)
    if prior_driven:
        where = capped(prior_driven, most=MOST_REGIONS)
        clauses.append(f"numbers marked prior-driven ({where}) rest on priors, not readings")
    return f"{capital('; '.join(clauses))}."


def _absent(sources: Sequence[SourceRow]) -> Iterable[str]:
    for state, (one, several) in _SAID.items():
        names = [row.name for row in sources if row.state == state]
        if names:
            yield f"{capped(names, most=MOST_NAMED)} {one if len(names) == 1 else several}"


def _prior_driven(rows: Sequence[Row]) -> list[str]:
    regions = list(dict.fromkeys(row.region_name for row in rows))
    found = []
    for region in regions:
        of_region = [row for row in rows if row.region_name == region]
        driven = [short(row.theatre_name) for row in of_region if row.prior_driven]
        if len(driven) == len(of_region) > 1:
            found.append(region)
        else:
            found += list(dict.fromkeys(driven))
    return found
