"""The evaluation written from a store: every file, nothing else changed, the same again."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from datetime import timedelta
from pathlib import Path

import pytest

from forecaster.domain.backtest import Plan
from forecaster.errors import NotFoundError, ReportError
from forecaster.reference.plan import read_plan
from forecaster.reporting.evaluation.kept import pictures_in
from forecaster.store.unit_of_work import UnitOfWork
from jobs.context import Context
from jobs.evaluation import write_evaluation
from tests import builders_evaluation as made
from tests.builders_store import day, ladder
from tests.fakes_jobs import make_context


def written(plan: Plan) -> str:
    """The file of a plan."""
    plain = {f.name: getattr(plan, f.name) for f in fields(plan)}
    tables = {name: plain.pop(name) for name in ("effort", "forecasters")}
    lines = [f"{k} = {_toml(v)}" for k, v in plain.items() if k not in ("digest", "text")]
    lines += ["[effort]", *(f"{k} = {v}" for k, v in asdict(tables["effort"]).items())]
    for one in tables["forecasters"]:
        lines += ["[[forecasters]]", *(f"{k} = {_toml(v)}" for k, v in asdict(one).items())]
    return "\n".join(lines)


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


PLANS = {name: read_plan(written(made.plan(id=name))) for name in ("one", "two")}


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    context = make_context(tmp_path / "data")
    yield context
    context.engine().dispose()


def stored(context: Context, plan: Plan) -> str:
    with UnitOfWork(context.engine()) as work:
        id = work.backtests.begin(
            plan,
            ladder=ladder(),
            data_digest="data",
            prior_set="set-1",
            code_version="0.1.0",
            at=day(400),
        )
        for forecast in made.forecasts():
            work.backtests.add(id, forecast, code_version="0.1.0", at=day(400))
        work.backtests.put_outcomes(id, made.came(), at=day(401))
        work.backtests.put_scores(id, made.panel().scores, at=day(401))
        work.commit()
    return id


def test_a_stored_backtest_becomes_documents_pictures_and_a_page(
    context: Context, tmp_path: Path
) -> None:
    docs, pages = tmp_path / "docs", tmp_path / "pages"
    docs.mkdir()
    (docs / "evaluation-notes.md").write_text("# Notes\n\nWhat was *tried*.\n")
    id = stored(context, PLANS["one"])
    written = write_evaluation(context, [id], documents=docs, pages=pages)
    text = (docs / "evaluation.md").read_text()
    linked = re.findall(r"\]\((pictures/[^)]+)\)", text)
    kept = pages / f"{id}.pictures.json"
    drawn = {picture.svg for picture in pictures_in(kept.read_text(encoding="utf-8"))}
    assert drawn == {(docs / name).read_text(encoding="utf-8") for name in linked}
    assert {docs / "evaluation.md", docs / "evaluation.json", pages / f"{id}.html"} <= {*written}
    assert {docs / name for name in linked} == {p for p in written if p.suffix == ".svg"}
    assert all(path.is_file() for path in written)
    assert "What was *tried*." in text
    assert PLANS["one"].digest in text
    assert "tension" in (pages / f"{id}.html").read_text()
    before = {path: path.read_bytes() for path in written}
    write_evaluation(context, [id], documents=docs, pages=pages)
    assert {path: path.read_bytes() for path in written} == before


def test_another_panel_stays_as_it_is(context: Context, tmp_path: Path) -> None:
    one, two = (stored(context, PLANS[text]) for text in ("one", "two"))
    for id in (one, two, one):
        write_evaluation(context, [id], documents=tmp_path)
    data = json.loads((tmp_path / "evaluation.json").read_text())
    assert [entry["backtest"] for entry in data["panels"]] == [one, two]
    assert {row["panel"] for row in data["rows"]} == {"one", "two"}
    text = (tmp_path / "evaluation.md").read_text()
    assert text.count("<!-- end of panel") == 2
    assert (tmp_path / "pictures" / "two-skill.svg").is_file()


def test_nothing_is_written_beside_a_file_that_is_not_ours(
    context: Context, tmp_path: Path
) -> None:
    id = stored(context, PLANS["one"])
    (tmp_path / "evaluation.json").write_text("{")
    with pytest.raises(ReportError, match=r"evaluation\.json"):
        write_evaluation(context, [id], documents=tmp_path)
    assert not (tmp_path / "evaluation.md").exists()


def test_two_backtests_of_one_plan_are_refused(context: Context, tmp_path: Path) -> None:
    id = stored(context, PLANS["one"])
    with pytest.raises(ReportError, match="one"):
        write_evaluation(context, [id, id], documents=tmp_path)


def test_a_backtest_that_is_not_there_is_named(context: Context, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="nobody"):
        write_evaluation(context, ["nobody"], documents=tmp_path)


def test_a_backtest_without_scores_says_so(context: Context, tmp_path: Path) -> None:
    plan = replace(PLANS["one"], forecasters=PLANS["one"].forecasters[:1])
    with UnitOfWork(context.engine()) as work:
        id = work.backtests.begin(
            plan,
            ladder=ladder(),
            data_digest="data",
            prior_set="set-1",
            code_version="0.1.0",
            at=day(400),
        )
        work.backtests.put_outcomes(id, made.came(), at=day(400) + timedelta(hours=1))
        work.commit()
    write_evaluation(context, [id], documents=tmp_path)
    assert "Nothing is scored" in (tmp_path / "evaluation.md").read_text()
    assert json.loads((tmp_path / "evaluation.json").read_text())["rows"] == []
