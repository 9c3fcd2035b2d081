"""The data notice: who is credited for the packaged sample, written from the sources themselves."""

import sys
from collections.abc import Iterable, Mapping

from forecaster.domain.reading import Readings
from forecaster.reference.sample_readings import sample_readings
from indicators.catalogue import sources as catalogue
from indicators.sample import OTHER_FILE, SHARE_ALIKE, SHARE_ALIKE_FILE, summarise
from indicators.source import Source

_HEAD = """# Data notice

This page is written by `python -m indicators.notice > docs/data-notice.md` from the connectors and
the sample; do not edit it by hand.

The packaged sample holds real readings in the project's own observation format: source, series,
`observed_at` (the start of the period spoken of), `recorded_at` (when it was known; an estimate
where the publisher keeps no vintages), value. Each value was computed from the publisher's figures
by the connector in `indicators/sources/` of the same name.
"""

_SHARE_ALIKE = f"""`{SHARE_ALIKE_FILE}` is a database derived from VIINA and is made available under
the Open Database License 1.0 (<https://opendatacommons.org/licenses/odbl/1-0/>). It is kept apart
from `{OTHER_FILE}`, so that the share-alike terms reach no further.
"""


def data_notice(sources: Mapping[str, Source], sample: Iterable[Readings]) -> str:
    """Return the notice as Markdown: one row per source in the sample, and what is not in it."""
    lines = [
        "| source | publisher | licence | file | rows | series | first day | last day |",
        "|---|---|---|---|---:|---:|---|---|",
    ]
    found = {readings.source: summarise(readings) for readings in sample}
    for id, part in sorted(found.items()):
        source = sources[id]
        filename = SHARE_ALIKE_FILE if id == SHARE_ALIKE else OTHER_FILE
        lines.append(
            f"| `{id}` {source.name} | {source.publisher} | {source.licence} | `{filename}`"
            f" | {part.rows:,} | {part.series:,} | {part.first} | {part.last} |"
        )
    apart = [source for id, source in sorted(sources.items()) if id not in found]
    others = [f"- `{s.id}`: {s.publisher}; licence: {s.licence}." for s in apart]
    addresses = [
        f"- `{id}`: <{resource.url}>"
        for id in sorted(found)
        for resource in sources[id].resources
        if resource.url
    ]
    return "\n".join(
        [
            _HEAD, *lines, "", _SHARE_ALIKE,
            "## Where the connectors read", "", *addresses, "",
            "## Read by connectors, never in the sample", "", *others, "",
        ]
    )  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(data_notice(catalogue(), sample_readings()))
