"""The repository of fits: draws kept with the run that made them, and found again by their use."""

from datetime import datetime

from sqlmodel import Session, col, select

from forecaster.domain.fit import StoredFit
from forecaster.store.fit_payload import decode_fit, encode_fit
from forecaster.store.tables.fits import FitRow
from forecaster.store.tables.runs import RunRow, RunStateRow

KEPT = 3
"""How many fits of a ladder and family are kept; older ones can be sampled again."""


class FitRepository:
    """Fits, one per run; a run that is withdrawn takes its fit out of use."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, stored: StoredFit) -> None:
        """Store a fit beside its run, and drop all but the newest of its ladder and family."""
        if self._session.get(FitRow, stored.run_id) is not None:
            return
        row = FitRow(
            run_id=stored.run_id,
            ladder=stored.ladder,
            ladder_version=stored.ladder_version,
            ladder_digest=stored.ladder_digest,
            as_of=stored.fit.as_of,
            asked=stored.asked,
            prior_set=stored.prior_set,
            data_digest=stored.data_digest,
            seed=int(stored.seed),
            payload=encode_fit(stored.fit),
        )
        self._session.add(row)
        self._session.flush()
        self._drop_old(stored.ladder, stored.asked)

    def latest(
        self,
        ladder: str,
        *,
        ladder_digest: str,
        asked: str,
        prior_set: str,
        seed: int,
        as_of: datetime,
    ) -> str | None:
        """Return the run of the newest usable fit up to `as_of`, None if there is none.

        One is usable that was made of the same ladder file, priors, family and seed, by a run
        that still stands.
        """
        withdrawn = select(RunStateRow.run_id).where(RunStateRow.state == "withdrawn")
        asked_for = (
            select(FitRow.run_id)
            .join(RunRow, col(RunRow.run_id) == FitRow.run_id)
            .where(FitRow.ladder == ladder, FitRow.ladder_digest == ladder_digest)
            .where(FitRow.asked == asked, FitRow.prior_set == prior_set, FitRow.seed == seed)
            .where(FitRow.as_of <= as_of)
            .where(col(FitRow.run_id).not_in(withdrawn))
            .order_by(col(FitRow.as_of).desc(), col(RunRow.issued_at).desc())
        )
        return self._session.exec(asked_for.limit(1)).first()

    def get(self, run_id: str) -> StoredFit | None:
        """Return the fit of a run, None if it keeps none."""
        row = self._session.get(FitRow, run_id)
        if row is None:
            return None
        return StoredFit(
            run_id=row.run_id,
            ladder=row.ladder,
            ladder_version=row.ladder_version,
            ladder_digest=row.ladder_digest,
            asked=row.asked,
            prior_set=row.prior_set,
            data_digest=row.data_digest,
            seed=row.seed,
            fit=decode_fit(row.payload),
        )

    def _drop_old(self, ladder: str, asked: str) -> None:
        held = select(FitRow).where(FitRow.ladder == ladder, FitRow.asked == asked)
        newest = held.order_by(col(FitRow.as_of).desc(), col(FitRow.run_id).desc())
        for row in self._session.exec(newest.offset(KEPT)).all():
            self._session.delete(row)
        self._session.flush()
