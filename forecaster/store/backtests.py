"""The repository of backtests: begun once, filled origin by origin, resumed after a kill."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from forecaster.domain.backtest import OriginForecast, Outcomes, Plan, Score
from forecaster.domain.backtest_record import BacktestRecord, OriginRecord, OriginState
from forecaster.domain.ladder import Ladder
from forecaster.store import (
    backtest_origins,
    backtest_outcomes,
    backtest_register,
    backtest_scores,
)
from forecaster.store.backtest_rows import origin_of


class BacktestRepository:
    """Backtests, append-only: what is stored for a forecaster and an origin is never edited.

    Every method that takes a `backtest_id` raises `NotFoundError` if there is none of that id.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(
        self,
        plan: Plan,
        *,
        ladder: Ladder,
        data_digest: str,
        prior_set: str,
        code_version: str,
        at: datetime,
        fresh: bool = False,
    ) -> str:
        """Return the id of the backtest of this plan, ladder, data and priors, begun if need be.

        The same four give the same id, so that a run that was killed resumes; `fresh` begins
        another beside it, and it is the newest of them that resumes. Stores the ladder too.

        Raises:
            StoreError: a digest or the name of the prior set is missing, or the ladder's version is
                stored with another meaning.
        """
        return backtest_register.begin(
            self._session,
            plan,
            ladder=ladder,
            data_digest=data_digest,
            prior_set=prior_set,
            code_version=code_version,
            at=at,
            fresh=fresh,
        )

    def get(self, backtest_id: str) -> BacktestRecord:
        """Return a backtest.

        Raises:
            NotFoundError: there is none of that id; the message lists the newest ones.
        """
        return backtest_register.get(self._session, backtest_id)

    def list(self, ladder: str | None = None, limit: int = 50) -> tuple[BacktestRecord, ...]:
        """Return backtests, of one ladder or of all, the one begun last first."""
        return tuple(backtest_register.newest_first(self._session, ladder, limit))

    def latest(self, ladder: str) -> BacktestRecord | None:
        """Return the backtest of a ladder that was begun last, None if there is none."""
        return next(iter(self.list(ladder, limit=1)), None)

    def add(
        self,
        backtest_id: str,
        forecast: OriginForecast,
        *,
        code_version: str,
        at: datetime,
        state: OriginState = "done",
        reason: str = "",
    ) -> bool:
        """Store a forecast; False, and nothing changed, if its origin is settled already.

        Raises:
            StoreError: the forecaster is stored with another version; a forecast that failed its
                diagnostics is not given as refused; a refused one gives no reason.
        """
        self.get(backtest_id)
        record = origin_of(forecast, code_version=code_version, at=at)
        record = replace(record, state=state, reason=reason)
        return backtest_origins.add(self._session, backtest_id, record, forecast)

    def fail(
        self,
        backtest_id: str,
        *,
        forecaster: str,
        version: str,
        origin: datetime,
        reason: str,
        code_version: str,
        at: datetime,
        seconds: float = 0.0,
        seed: int = 0,
    ) -> bool:
        """Note that no forecast can be made from an origin; False if it is settled already.

        This settles the origin for good: it is for what would fail again, not for a lost worker.

        Raises:
            StoreError: no reason is given, or the forecaster is stored with another version.
        """
        self.get(backtest_id)
        record = OriginRecord(
            forecaster=forecaster,
            version=version,
            origin=origin,
            state="failed",
            reason=reason,
            diagnostics=None,
            seconds=seconds,
            seed=seed,
            code_version=code_version,
            made_at=at,
        )
        return backtest_origins.add(self._session, backtest_id, record, None)

    def log(self, backtest_id: str) -> tuple[OriginRecord, ...]:
        """Return how every forecaster fared at every origin so far, by origin; numbers aside."""
        self.get(backtest_id)
        return backtest_origins.log(self._session, backtest_id)

    def done(self, backtest_id: str) -> dict[str, set[datetime]]:
        """Return the origins that are settled, in whatever state, of each forecaster."""
        settled: dict[str, set[datetime]] = {}
        for record in self.log(backtest_id):
            settled.setdefault(record.forecaster, set()).add(record.origin)
        return settled

    def versions(self, backtest_id: str) -> dict[str, str]:
        """Return the version with which each forecaster is stored: no other one can be added."""
        return {record.forecaster: record.version for record in self.log(backtest_id)}

    def require_version(self, backtest_id: str, forecaster: str, version: str) -> None:
        """Refuse a version of a forecaster with which nothing more could be added.

        Raises:
            StoreError: another version is stored.
        """
        backtest_origins.require_version(self._session, backtest_id, forecaster, version)

    def forecasts(
        self, backtest_id: str, forecaster: str | None = None, *, refused: bool = False
    ) -> tuple[OriginForecast, ...]:
        """Return forecasts by origin, then forecaster: those done, and with `refused` those too."""
        self.get(backtest_id)
        states: tuple[OriginState, ...] = ("done", "refused") if refused else ("done",)
        return backtest_origins.forecasts(self._session, backtest_id, forecaster, states)

    def put_outcomes(self, backtest_id: str, outcomes: Outcomes, *, at: datetime) -> None:
        """Store what then happened; storing the same again does nothing.

        Raises:
            StoreError: other outcomes are stored.
        """
        self.get(backtest_id)
        backtest_outcomes.put(self._session, backtest_id, outcomes, at=at)

    def outcomes(self, backtest_id: str) -> Outcomes:
        """Return what then happened.

        Raises:
            NotFoundError: no outcomes are stored yet.
        """
        self.get(backtest_id)
        return backtest_outcomes.read(self._session, backtest_id)

    def put_scores(self, backtest_id: str, scores: Sequence[Score], *, at: datetime) -> bool:
        """Store a whole set of scores beside earlier ones; False if the newest says the same.

        Raises:
            StoreError: the newest set is not older, or two scores are about the same thing.
        """
        self.get(backtest_id)
        return backtest_scores.put(self._session, backtest_id, scores, at=at)

    def scores(
        self,
        backtest_id: str,
        *,
        forecaster: str | None = None,
        score: str | None = None,
        theatre: str | None = None,
        rung: str | None = None,
        horizon_steps: int | None = None,
        reference: str | None = None,
        until: datetime | None = None,
    ) -> tuple[Score, ...]:
        """Return the scores made last, in order; none if there are none, or none that fit.

        until: scores made later are left out, so that those before them are the last.
        """
        self.get(backtest_id)
        wanted = {
            "forecaster": forecaster,
            "score": score,
            "theatre": theatre,
            "rung": rung,
            "horizon_steps": horizon_steps,
            "reference": reference,
        }
        return backtest_scores.read(self._session, backtest_id, wanted, until=until)
