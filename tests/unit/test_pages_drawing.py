"""The pictures of the pages: inside their frame, readable aloud, and nothing where none is due."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from forecaster.api.pages.drawing import HEIGHT, WIDTH, chance_history, whisker
from forecaster.store.history import PastChance

START = datetime(2025, 6, 1, tzinfo=UTC)


def past(days: int, *, horizons: tuple[int, ...] = (1, 4, 13)) -> list[PastChance]:
    return [
        PastChance(f"run-{n}", START + timedelta(days=n), START, h, 0.3, 0.2, 0.4)
        for n in range(days)
        for h in horizons
    ]


def draw(chances: list[PastChance]) -> str:
    return str(chance_history(chances, headline=4, step="week", id="h", title="A <b> title"))


@pytest.mark.parametrize("days", [0, 1])
def test_one_run_is_no_history(days):
    assert draw(past(days)) == ""


@pytest.mark.parametrize("days", [2, 3, 60])
def test_a_history_lies_inside_its_frame_and_labels_do_not_touch(days):
    drawn = draw(past(days))
    assert drawn.count("<path") >= 3
    assert "<b>" not in drawn
    for x, y in re.findall(r'<text x="([\d.]+)" y="([\d.-]+)"', drawn):
        assert 0 <= float(x) <= WIDTH
        assert 0 <= float(y) <= HEIGHT
    names = re.findall(r'y="([\d.]+)">\d+ weeks?: 30', drawn)
    assert len(names) == 3
    heights = sorted(map(float, names))
    assert all(b - a >= 10 for a, b in pairwise(heights))
    assert "1 week: 30 % on 1 June 2025" in drawn


def test_a_missing_headline_leaves_out_its_shade():
    assert "span0" not in draw(past(3, horizons=(1, 13)))


@pytest.mark.parametrize(("chance", "top"), [(0.004, "1"), (0.04, "5"), (0.2, "25"), (0.9, "100")])
def test_a_small_chance_has_a_scale_of_its_own(chance, top):
    small = [replace(c, probability=chance, lower=chance / 2, upper=chance) for c in past(3)]
    assert f">{top}</text>" in draw(small)


def test_an_effect_says_whether_its_interval_holds_zero():
    assert "holds zero" in whisker(-0.1, 0.0, 0.2, reach=0.2, id="w")
    assert "leaves out zero" in whisker(0.1, 0.15, 0.2, reach=0.2, id="w")
    assert whisker(0.0, 0.0, 0.0, reach=0.0, id="w").count("<circle") == 1
