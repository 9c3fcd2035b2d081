"""The field reference as Markdown, made from `fields`, for `docs/ladder-files.md`."""

from dataclasses import MISSING

from forecaster.domain.prior import PARAMETERS
from forecaster.reference.fields import JUDGEMENTS, LADDER_FILE, MEASURE
from forecaster.reference.rules.priors import (
    CONCURRENT_PRIORS,
    JUDGED_PRIORS,
    MEASURED_PRIORS,
    REACTION_PRIORS,
)
from forecaster.reference.table import Key, Table


def field_reference() -> str:
    """Return the reference of all tables and keys, of distributions, and of needed priors."""
    tables: list[Table] = []
    for table in LADDER_FILE:
        tables += [table, MEASURE] if any(key.table for key in table.keys) else [table]
    parts = [_table(table) for table in (*tables, JUDGEMENTS)]
    return "\n\n".join([*parts, _distributions(), _needed_priors(), _optional_priors()]) + "\n"


def _table(table: Table) -> str:
    header = f"[[{table.name}]]" if table.repeated else f"[{table.name}]"
    rows = "\n".join(_key(table, key) for key in table.keys)
    return (
        f"### `{header}`: {table.presence}\n\n{table.meaning}\n\n"
        f"| key | value | if left out | meaning |\n|---|---|---|---|\n{rows}"
    )


def _key(table: Table, key: Key) -> str:
    return f"| `{key.name}` | {key.kind.name} | {_absent(table, key)} | {key.meaning} |"


def _absent(table: Table, key: Key) -> str:
    default = table.default(key.name)
    if default is MISSING:
        return "**must be written**"
    if default is None or default in ("", ()):
        return "none"
    if isinstance(default, bool):
        return f"`{default}`".lower()
    return f"`{default}`" if isinstance(default, str) else f"{default}"


def _distributions() -> str:
    rows = "\n".join(f"| `{name}` | `{'`, `'.join(keys)}` |" for name, keys in PARAMETERS.items())
    return (
        "### Distributions\n\n`sigma` is on the scale of the logarithm. All parameters but `mean` "
        f"are greater than 0.\n\n| distribution | parameters |\n|---|---|\n{rows}"
    )


def _needed_priors() -> str:
    rows = [
        *_rows(MEASURED_PRIORS, "where a theatre is measured by `share` or `value`"),
        "| `effect.<indicator>` | change of the log measure per step for one standard deviation, "
        "or of what is seen in its step, for one that is concurrent | there, for each indicator "
        "with series |",
        *_rows(CONCURRENT_PRIORS, "there, where an indicator is concurrent"),
        "| `enter.<domain>.<rung>` | rate per theatre and step of coming to the rung | for each "
        "judged rung but the lowest of its domain |",
        "| `leave.<domain>.<rung>` | chance per step of coming down from it | likewise |",
        *_rows(JUDGED_PRIORS, "where there is a judged rung"),
    ]
    head = "### Priors that a ladder needs\n\n| id | about | needed |\n|---|---|---|\n"
    return head + "\n".join(rows)


def _rows(priors: dict[str, str], needed: str) -> list[str]:
    return [f"| `{id}` | {what} | {needed} |" for id, what in priors.items()]


def _optional_priors() -> str:
    rows = "\n".join(f"| `{id}` | {what} |" for id, what in REACTION_PRIORS.items())
    return (
        "### Priors that a ladder may add\n\nThe family `action_reaction` has defaults for these."
        f"\n\n| id | about |\n|---|---|\n{rows}"
    )
