"""The daily report, built from a made-up run."""

from dataclasses import replace
from datetime import timedelta

import pytest

from forecaster.domain.forecast import Diagnostics
from forecaster.errors import ReportError
from forecaster.reporting.judged import groups
from forecaster.reporting.words import PHIA
from tests import builders_report as made


def build(run=None, forecast=None, ladder=None, **changed):
    return made.report(run, forecast, ladder, **changed)


def row_of(report, theatre, domain="kinetic"):
    (row,) = [r for r in report.rows if (r.theatre, r.domain) == (theatre, domain)]
    return row


def test_the_same_values_give_the_same_report():
    assert build() == build()


def test_the_bottom_line_is_short_and_says_where_what_and_what_is_missing():
    said = build().bottom_line
    assert 3 <= len(said) <= 5
    assert "the highest rung is 5 (Offensive), in Donbas" in said[0]
    assert "a climb to rung 5 in North-east is likely (55 %)" in said[2]
    assert "South climbed from rung 3 to rung 4" in said[3]
    assert "Kiel support tracker is late" in said[4]
    assert "(NATO's eastern flank and Russian territory) rest on priors" in said[4]


def test_confidence_never_shares_a_sentence_with_a_likelihood():
    report = build()
    assert not any("confidence" in sentence.lower() for sentence in report.bottom_line)
    for word in ("likely", "chance", "certain"):
        assert word not in report.confidence.sentence


def test_every_row_says_the_number_beside_the_word():
    for row in build().rows:
        for outlook in row.climb:
            assert outlook.number.endswith(" %")
            assert bool(outlook.term) == (0 < outlook.level < 8)


def test_a_track_with_nothing_to_climb_is_no_row():
    domains = {(row.theatre, row.domain) for row in build().rows}
    assert ("donbas", "sub-threshold") not in domains
    assert ("baltic", "sub-threshold") in domains


def test_the_lowest_rung_cannot_fall_and_the_next_rung_up_may_be_judged():
    baltic = row_of(build(), "baltic")
    assert baltic.fall is None
    assert baltic.next_rung.id == "attack-on-allies"


def test_the_top_rung_has_no_climb():
    places = (made.Place("donbas", "Donbas", "ukraine", 60.0),)
    book = made.ladder(places=places)
    short = replace(book, rungs=tuple(r for r in book.rungs if r.resolution == "measured"
                                      or r.domain != "kinetic"))  # fmt: skip
    forecast = made.forecast(places=places)
    row = row_of(build(ladder=short, forecast=replace(forecast, judged=())), "donbas")
    assert row.next_rung is None
    assert row.climb == ()


def test_prior_driven_theatres_are_labelled_and_held_in_low_confidence():
    report = build()
    assert row_of(report, "baltic").prior_driven
    assert row_of(report, "baltic").confidence == "low"
    assert not row_of(report, "donbas").prior_driven
    assert "low for the rows marked prior-driven" in report.confidence.sentence


def test_a_share_of_prior_labels_a_row_even_without_a_label():
    forecast = made.forecast()
    cells = tuple(replace(c, prior_share=0.8) for c in forecast.cells)
    row = row_of(build(forecast=replace(forecast, cells=cells)), "donbas")
    assert row.prior_driven
    assert row.label == "prior-driven"


def test_change_is_shown_only_beyond_noise():
    report = build()
    moved = row_of(report, "north-east").climb[1]
    still = row_of(report, "donbas").climb[1]
    assert moved.change_state == "moved"
    assert moved.change == pytest.approx(0.138, abs=0.01)
    assert (still.change_state, still.change) == ("within noise", None)


def test_the_first_run_says_so():
    report = build(previous=None)
    assert report.changes.summary.startswith("This is the first published run")
    assert {o.change_state for row in report.rows for o in row.climb} == {"not compared"}


def test_nothing_likely_to_move_names_the_nearest():
    calm = tuple(replace(p, up=p.up / 10, down=p.down / 10) for p in made.PLACES)
    said = build(forecast=made.forecast(places=calm)).bottom_line[2]
    assert said.startswith("No climb or fall within 4 weeks is likelier than not")
    assert "; the likeliest, a fall below rung 2 in Baltic states, is very unlikely (8 %)." in said


def test_charts_carry_masses_that_sum_to_one():
    for chart in build().charts:
        for h in range(3):
            assert sum(band.masses[h] for band in chart.bands) == pytest.approx(1.0)


def test_judged_rungs_say_how_often_they_were_reached():
    (row,) = [r for r in build().judged if (r.theatre, r.rung.id) == ("baltic", "attack-on-allies")]
    assert row.record == "0 of 175 theatre-weeks"
    assert row.prior_share == pytest.approx(0.93)


def test_a_judged_rung_that_holds_gives_no_number():
    found = [g for g in groups(build().judged) if g.number == "holds now"]
    assert {g.rung.name for g in found} == {"Coercive signalling", "Hybrid pressure"}


def test_grouping_judged_rungs_loses_no_theatre():
    report = build()
    assert sum(len(g.theatres) for g in groups(report.judged)) == len(report.judged)


def test_indicators_say_what_the_data_can_tell():
    states = {row.indicator: row.state for row in build().indicators}
    assert states["losses-tanks"] == "told from zero"
    assert states["aid-military"] == "not told from zero"
    assert states["sanctions"] == "no reading"
    assert states["reserves"] == "no source"
    assert build().indicators[0].indicator == "losses-tanks"


def test_a_missing_value_is_none_and_never_zero():
    rows = {row.indicator: row for row in build().indicators}
    assert rows["sanctions"].value is None
    assert rows["reserves"].effect is None


def test_sources_that_did_not_come_stand_first():
    assert [row.state for row in build().sources][:2] == ["failed", "late"]


def test_rejects_are_counted_by_reason():
    assert [(g.source, g.rows) for g in build().rejects] == [("viina", 2)]


def test_the_effect_of_a_concurrent_indicator_is_told_as_one_of_its_own_week():
    ladder = made.ladder()
    told = {row.indicator: row.text for row in build().indicators}
    assert " % a week (" in told["losses-tanks"]
    indicators = tuple(replace(i, concurrent=i.id == "losses-tanks") for i in ladder.indicators)
    told = {
        row.indicator: row.text
        for row in build(ladder=replace(ladder, indicators=indicators)).indicators
    }
    assert " % in its week (" in told["losses-tanks"]
    assert " % a week (" in told["aid-military"]


def test_a_refused_run_shows_the_last_good_one_and_its_age():
    refused = replace(made.run(), state="refused", state_reason="R-hat 1.2 is above 1.01")
    old = made.run("run-20250627", as_of=made.AS_OF - timedelta(days=3))
    good = (old, made.previous_forecast())
    report = build(run=refused, last_good=good)
    assert "REFUSED: R-hat 1.2 is above 1.01." in report.head.notice
    assert "of 27 June 2025, 3 days older" in report.head.notice
    assert report.bottom_line[0] == report.head.notice
    assert report.head.shown_run_id == "run-20250627"
    assert row_of(report, "south").rung.order == 3
    assert report.changes.lines == ()


def test_numbers_of_an_earlier_run_are_trusted_by_its_own_checks_and_little_for_their_age():
    failed = Diagnostics(False, "R-hat 1.2 is above 1.01", 1.2, 900, 900, 0, 4000, 0.9)
    refused = replace(made.run(), state="refused", state_reason=failed.reason, diagnostics=failed)
    found = build(run=refused).confidence
    assert found.level == "low"
    assert "the numbers are of 29 June 2025, because the run of 30 June 2025 was refused" in (
        found.sentence
    )
    assert "the sampler passed" in {i.name: i.finding for i in found.inputs}["sampler"]


def test_a_refused_run_falls_back_on_the_previous_one():
    refused = replace(made.run(), state="refused", state_reason="R-hat")
    assert build(run=refused).head.shown_run_id == "run-20250629"


def test_no_number_of_a_refused_run_leaks_out():
    refused = replace(made.run(), state="refused", state_reason="R-hat")
    report = build(run=refused, previous=None)
    assert report.rows == report.charts == report.judged == ()
    assert "no earlier good run" in report.head.notice
    assert all(row.effect is None for row in report.indicators)


def test_a_withdrawn_run_says_so():
    withdrawn = replace(made.run(), state="withdrawn", state_reason="wrong file")
    assert build(run=withdrawn).head.notice == "This run was withdrawn: wrong file."


def test_the_wrong_ladder_is_refused():
    with pytest.raises(ReportError, match="report it with the ladder that it used"):
        build(run=replace(made.run(), ladder_version="2"))


def test_a_rung_that_the_ladder_lacks_is_refused():
    forecast = made.forecast()
    strange = replace(forecast.standings[0], present_rung="unheard-of")
    with pytest.raises(ReportError, match="unheard-of"):
        build(forecast=replace(forecast, standings=(strange, *forecast.standings[1:])))


def test_theatres_found_in_data_need_no_line_in_the_ladder():
    places = (made.Place("USA-RUS", "USA-RUS", "", 8.0),)
    known = made.ladder(places=places)
    panel = replace(known, theatres=(), indicators=())
    forecast = replace(made.forecast(places=places), judged=())
    assert row_of(build(ladder=panel, forecast=forecast), "USA-RUS").theatre_name == "USA-RUS"


def test_an_ordinal_level_is_drawn_in_the_middle_of_its_band():
    places = (made.Place("USA-RUS", "USA-RUS", "", 8.0),)
    panel = replace(made.ladder(places=places), theatres=(), indicators=())
    report = build(ladder=panel, forecast=replace(made.forecast(places=places), judged=()))
    assert report.charts[0].ordinal
    assert not build().charts[0].ordinal


def test_the_other_vocabulary_is_used_throughout():
    report = build(vocabulary=PHIA)
    terms = {o.term for row in report.rows for o in row.climb}
    assert "almost no chance" not in terms
    assert "remote chance" in terms
    assert report.vocabulary == "PHIA yardstick"
