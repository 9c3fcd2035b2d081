"""The repository of deliveries: which receivers have had the report on which run."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlmodel import Session, col, select

from forecaster.store.quarantine import storable
from forecaster.store.tables.deliveries import DeliveryRow

type DeliveryState = Literal["waiting", "delivered", "failed"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A report on a run for one receiver: how often it was tried, and what came of it last."""

    run_id: str
    receiver: str
    state: DeliveryState
    attempts: int
    detail: str
    first_tried_at: datetime
    last_tried_at: datetime


class DeliveryRepository:
    """Receipts: one row per run and receiver, which says how the last try ended."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(
        self, run_id: str, receiver: str, state: DeliveryState, detail: str, at: datetime
    ) -> None:
        """Note a try and how it ended. What was delivered once stays delivered."""
        row = self._session.get(DeliveryRow, (run_id, receiver))
        if row is None:
            row = DeliveryRow(
                run_id=run_id,
                receiver=receiver,
                state=state,
                attempts=0,
                detail="",
                first_tried_at=at,
                last_tried_at=at,
            )
        if row.state == "delivered" and row.attempts:
            return
        row.state, row.detail, row.last_tried_at = state, storable(detail), at
        row.attempts += 1
        self._session.add(row)
        self._session.flush()

    def of(self, run_id: str) -> tuple[Delivery, ...]:
        """Return the receipts of a run, in order of receiver."""
        asked = select(DeliveryRow).where(DeliveryRow.run_id == run_id)
        return tuple(
            _delivery(row) for row in self._session.exec(asked.order_by(col(DeliveryRow.receiver)))
        )

    def newest(self, limit: int = 50) -> tuple[Delivery, ...]:
        """Return the receipts that were tried last, the newest first."""
        asked = select(DeliveryRow).order_by(col(DeliveryRow.last_tried_at).desc())
        return tuple(_delivery(row) for row in self._session.exec(asked.limit(limit)))


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        run_id=row.run_id,
        receiver=row.receiver,
        state=cast(DeliveryState, row.state),
        attempts=row.attempts,
        detail=row.detail,
        first_tried_at=row.first_tried_at,
        last_tried_at=row.last_tried_at,
    )
