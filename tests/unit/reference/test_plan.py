"""Plans of backtests: sound ones load with their digest, others are told in one line."""

import pytest

from forecaster.errors import PlanError
from forecaster.reference.load import load_ladder
from forecaster.reference.plan import PACKAGED, load_plan, packaged_plans


@pytest.mark.parametrize("id", packaged_plans())
def test_a_packaged_plan_is_sound_and_speaks_of_a_packaged_ladder(id):
    plan = load_plan(id)
    ladder = load_ladder(plan.ladder)
    assert plan.domain in ladder.domains
    assert not plan.members or sum(plan.members.values()) == pytest.approx(1.0)
    assert set(plan.members) <= set(plan.computed)


def test_another_text_is_another_digest(tmp_path):
    text = (PACKAGED / "nato-russia.toml").read_text(encoding="utf-8")
    changed = tmp_path / "plan.toml"
    changed.write_text(text + "\n# a comment\n", encoding="utf-8")
    assert load_plan(changed).digest != load_plan("nato-russia").digest


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seed = 20240107", 'seed = "one"', "seed"),
        ("every_steps = 1", "every_steps = 0", "every_steps"),
        ("scored_from = 2024-01-07", "scored_from = 2030-01-07", "order of time"),
        ('published = "stack"', 'published = "nobody"', "none of the forecasters"),
        ('role = "published"', 'role = "king"', "role"),
        ('id = "ewma"', 'id = "persistence"', "named twice"),
        ("seed = ", "sead = 1\nseed = ", "sead"),
        ("[effort]", "[effort", "not TOML"),
        ('id = "stack"\nrole = "published"\n', 'id = "x"\nrole = "reference"\n', "need a stack"),
        ('role = "published"\n', 'role = "published"\nweight = 0.1\n', "member of itself"),
    ],
)
def test_a_mistake_is_named_in_one_line(tmp_path, old, new, said):
    text = (PACKAGED / "nato-russia.toml").read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / "plan.toml"
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanError, match=said) as caught:
        load_plan(broken)
    assert "\n" not in str(caught.value)


def test_a_plan_that_is_not_there_lists_those_that_are():
    with pytest.raises(PlanError, match="nato-russia"):
        load_plan("nowhere")
