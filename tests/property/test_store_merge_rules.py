"""Adding batches and asking what was known agrees with a plain, slow telling of the rules."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from forecaster.errors import StoreError
from forecaster.store.columns import empty, from_readings, join, to_readings
from forecaster.store.merge import last_known, new_rows
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import Row, day, readings, rows_of

NAMES = ("a", "b")
KEYS = {"a": 2, "b": 1}  # keys in another order than names
NOW = 5  # among the days drawn: a revision may meet what was noted at that very time

rows = st.tuples(
    st.sampled_from(NAMES),
    st.integers(0, 2),
    st.integers(0, 6),
    st.sampled_from([1.0, 2.0, 3.0]),
    st.booleans(),
)
batches = st.lists(st.lists(rows, max_size=12), max_size=4)


class Plain:
    """The rules of `forecaster.store.merge` as loops over tuples."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.last: list[Row] = []

    def add(self, batch: list[Row], *, now: int) -> bool:
        """Store a batch, or answer False if it has to be refused."""
        if batch == self.last:
            return True
        ordered = sorted(batch, key=lambda row: row[:3])
        said: dict[tuple[str, int, float], float] = {}
        if any(said.setdefault(row[:3], row[3]) != row[3] for row in ordered):
            return False
        before = list(self.rows)
        dated = []
        for series, observed, known, value, estimated in ordered:
            history = self.history(before, series, observed)
            same_moment = [row for row in history if row[2] == known]
            if same_moment and same_moment[0][3] == value:
                continue
            if estimated and history and history[-1][3] == value:
                continue
            if same_moment and not estimated:
                return False
            if not same_moment:
                dated.append((series, observed, known, value, estimated))
            elif not any(r[:2] == (series, observed) and r[2] > known for r in batch):
                dated.append((series, observed, now, value, False))
        if self.contradicts(dated):
            return False
        for row in sorted(dated, key=lambda row: row[:3]):
            earlier = [r for r in self.history(self.rows, *row[:2]) if r[2] <= row[2]]
            if not earlier or earlier[-1][3] != row[3]:
                self.rows.append(row)
        self.last = batch or self.last
        return True

    def contradicts(self, dated: list[Row]) -> bool:
        said: dict[tuple[str, int, float], float] = {}
        return any(said.setdefault(row[:3], row[3]) != row[3] for row in [*self.rows, *dated])

    def as_of(self, known_at: float, since: int) -> list[Row]:
        held: dict[tuple[str, int], Row] = {}
        for row in sorted(self.rows, key=lambda row: row[2]):
            if row[2] <= known_at and row[1] >= since:
                held[row[:2]] = row
        return [held[key] for key in sorted(held)]

    @staticmethod
    def history(rows: list[Row], series: str, observed: int) -> list[Row]:
        return sorted((r for r in rows if r[:2] == (series, observed)), key=lambda r: r[2])


@given(batches)
@settings(max_examples=400, deadline=None)
def test_the_arithmetic_on_columns_follows_the_rules(drawn: list[list[Row]]):
    plain, stored = Plain(), empty()
    names = {key: name for name, key in KEYS.items()}
    for number, batch in enumerate(drawn):
        plain.last = []  # the digest of a batch is the repository's matter
        accepted = plain.add(batch, now=NOW + number // 2)
        at = np.datetime64(day(NOW + number // 2).replace(tzinfo=None), "us")
        try:
            new = new_rows(stored, from_readings(readings(batch), KEYS), at=at)
        except StoreError:
            assert not accepted
            continue
        assert accepted
        stored = join(stored, new)
    kept = rows_of(to_readings(stored, source="viina", names=names))
    assert kept == sorted(plain.rows)
    assert rows_of(to_readings(last_known(stored), source="", names=names)) == plain.as_of(999, 0)


@given(batches, st.integers(0, 8), st.integers(0, 3))
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # emptied for every example
)
def test_a_database_answers_what_was_known(
    engine: Engine, drawn: list[list[Row]], known_at: int, since: int
):
    with engine.begin() as connection:
        for table in ("readings", "batches", "series"):
            connection.execute(text(f"DELETE FROM {table}"))
    plain = Plain()
    for number, batch in enumerate(drawn):
        accepted = plain.add(batch, now=NOW + number // 2)
        with UnitOfWork(engine) as uow:
            try:
                before = uow.readings.count()
                added = uow.readings.add(readings(batch), at=day(NOW + number // 2))
            except StoreError:
                assert not accepted
                continue
            uow.commit()
            assert accepted
            assert uow.readings.count() == before + added
    with UnitOfWork(engine, read_only=True) as uow:
        found = uow.readings.as_of(NAMES, day(known_at), since=day(since))
        assert uow.readings.count() == len(plain.rows)
    assert rows_of(found) == plain.as_of(known_at, since)
