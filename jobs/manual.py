"""Pages written by the code itself: settings, commands, what stands on the shelves, and the API.

`python -m jobs.manual settings`, `commands`, `inventory` or `api` prints a page of `docs/`; tests
keep page and code equal.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forecaster.settings import Settings

_WRITTEN = "This page is written by `python -m jobs.manual {page}`; do not edit it by hand."


def settings_page() -> str:
    """Return every setting: variable, default, meaning."""
    from forecaster.settings import Settings

    rows = [
        (f"`FORECASTER_{name.upper()}`", f"`{_default(Settings, name)}`", field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    head = "Settings are environment variables. Nothing else in the product reads them."
    return _page("Settings", "settings", head, _table(("variable", "default", "meaning"), rows))


def _default(settings: "type[Settings]", name: str) -> str:
    value = settings.model_fields[name].default
    if value is None:
        return "unset"
    return str(list(value)).replace("'", '"') if isinstance(value, tuple) else str(value)


def commands_page() -> str:
    """Return every command with its usage, as its own help says it."""
    rows = [(f"`{usage}`", first_line) for usage, first_line in _commands()]
    head = "`--debug` and `--quiet` may stand anywhere. Exit code 0: done, 1: failed, 2: misuse."
    return _page("Commands", "commands", head, _table(("command", "what it does"), rows))


def _commands() -> Iterator[tuple[str, str]]:
    from typer.main import get_command

    from jobs.cli.app import app

    yield from _leaves("forecaster", get_command(app))


def _leaves(path: str, command: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 — Typer's own
    children: Mapping[str, Any] = getattr(command, "commands", {})
    if not children:
        options = [text for parameter in command.params if (text := _usage(parameter))]
        yield " ".join([path, *options]), (command.help or "").partition("\n")[0]
    for name, child in children.items():
        yield from _leaves(f"{path} {name}", child)


def _usage(parameter: Any) -> str:  # noqa: ANN401 — Typer's own
    if parameter.name == "help":
        return ""
    if parameter.param_type_name == "argument":
        name = str(parameter.metavar or parameter.name.upper())
        return name if parameter.required or name.startswith("[") else f"[{name}]"
    text = str(max(parameter.opts, key=len))
    return text if parameter.required else f"[{text}]"


def inventory_page() -> str:
    """Return what stands on every shelf, and the packaged ladders."""
    from forecaster.reference.load import load_ladder, packaged_ladders
    from indicators.catalogue import sources
    from jobs.catalogue import all_jobs
    from models.catalogue import families

    ladders = [load_ladder(id) for id in packaged_ladders()]
    parts = {
        "Sources": _table(
            ("id", "name", "publisher", "grade", "in the sample"),
            [
                (f"`{s.id}`", s.name, s.publisher, s.grade, "yes" if s.in_sample else "no")
                for s in sources().values()
            ],
        ),
        "Ladders": _table(("id", "name"), [(f"`{x.id}`", x.name) for x in ladders]),
        "Model families": _table(
            ("id", "what it is"), [(f"`{f.id}`", f.name) for f in families().values()]
        ),
        "Jobs": _table(
            ("id", "what it does"), [(f"`{j.id}`", j.description) for j in all_jobs().values()]
        ),
    }
    body = "\n\n".join(f"## {title}\n\n{table}" for title, table in parts.items())
    head = "What is found without a register: one file each, see `CONTRIBUTING.md`."
    return _page("Inventory", "inventory", head, body)


def api_page() -> str:
    """Return every address for programs: what it answers, what may be asked, in which forms."""
    from dataclasses import replace

    from forecaster.api.app import DESCRIPTION, create_app
    from jobs.serving import bare_service

    document = create_app(replace(bare_service(), open_use=False)).openapi()
    rows = [
        (
            f"`{method.upper()} {path}`",
            found["summary"],
            ", ".join(f"`{p['name']}`" for p in found.get("parameters", ()) if p["in"] == "query"),
        )
        for path, methods in document["paths"].items()
        for method, found in methods.items()
    ]
    head = f"{DESCRIPTION}\n\nThe whole of it is served at `/api/v1/openapi.json`."
    return _page("API", "api", head, _table(("address", "what it is", "what may be asked"), rows))


def _page(title: str, page: str, head: str, body: str) -> str:
    return f"# {title}\n\n{_WRITTEN.format(page=page)}\n\n{head}\n\n{body}\n"


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [headings, ("---",) * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '∣') for cell in line)} |" for line in lines)


PAGES: Mapping[str, Callable[[], str]] = {
    "settings": settings_page,
    "commands": commands_page,
    "inventory": inventory_page,
    "api": api_page,
}
"""Every page by the name of its file in `docs/`."""


if __name__ == "__main__":
    sys.stdout.write(PAGES[sys.argv[1]]())
