"""The unit of work: one transaction, with every repository on it."""

from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlmodel import Session

from forecaster.clock import Clock, utc_now
from forecaster.store.accounts import AccountRepository
from forecaster.store.audit import AuditRepository
from forecaster.store.backtests import BacktestRepository
from forecaster.store.deliveries import DeliveryRepository
from forecaster.store.fits import FitRepository
from forecaster.store.forecasts import ForecastRepository
from forecaster.store.history import HistoryRepository
from forecaster.store.judgements import JudgementRepository
from forecaster.store.ladders import LadderRepository
from forecaster.store.ledger import LedgerRepository
from forecaster.store.markings import MarkingRepository
from forecaster.store.pointers import PointerRepository
from forecaster.store.priors import PriorRepository
from forecaster.store.proposals import ProposalRepository
from forecaster.store.quarantine import QuarantineRepository
from forecaster.store.readings import ReadingRepository
from forecaster.store.runs import RunRepository
from forecaster.store.settled import SettledRepository
from forecaster.store.sources import SourceRepository
from forecaster.store.views import ViewRepository
from forecaster.store.watched import WatchedRepository


class UnitOfWork:
    """All or nothing: what is not committed when the block is left, is as if never written.

    Read, leave the block, compute, and open another one to write: on SQLite a unit of work keeps
    every other writer waiting. One opened with `read_only=True` keeps nobody waiting, works on a
    read-only file, and refuses to write.
    """

    readings: ReadingRepository
    quarantine: QuarantineRepository
    sources: SourceRepository
    ladders: LadderRepository
    priors: PriorRepository
    judgements: JudgementRepository
    runs: RunRepository
    settled: SettledRepository
    forecasts: ForecastRepository
    fits: FitRepository
    backtests: BacktestRepository
    ledger: LedgerRepository
    accounts: AccountRepository
    markings: MarkingRepository
    audit: AuditRepository
    deliveries: DeliveryRepository
    history: HistoryRepository
    proposals: ProposalRepository
    pointers: PointerRepository
    views: ViewRepository
    watched: WatchedRepository

    def __init__(self, engine: Engine, *, read_only: bool = False, clock: Clock = utc_now) -> None:
        self._engine = engine.execution_options(read_only=read_only)
        self._clock = clock

    @property
    def database(self) -> str:
        """Name the database, without the password: equal names, one database."""
        return self._engine.url.render_as_string(hide_password=True)

    def __enter__(self) -> Self:
        """Open the repositories; the transaction begins with the first statement."""
        session = Session(self._engine)
        self._session = session
        self.readings = ReadingRepository(session, self._clock)
        self.quarantine = QuarantineRepository(session)
        self.sources = SourceRepository(session)
        self.ladders = LadderRepository(session)
        self.priors = PriorRepository(session)
        self.judgements = JudgementRepository(session)
        self.runs = RunRepository(session)
        self.settled = SettledRepository(session)
        self.forecasts = ForecastRepository(session, self._clock)
        self.fits = FitRepository(session)
        self.backtests = BacktestRepository(session)
        self.ledger = LedgerRepository(session)
        self.accounts = AccountRepository(session)
        self.markings = MarkingRepository(session)
        self.audit = AuditRepository(session)
        self.deliveries = DeliveryRepository(session)
        self.history = HistoryRepository(session)
        self.proposals = ProposalRepository(session)
        self.pointers = PointerRepository(session)
        self.views = ViewRepository(session)
        self.watched = WatchedRepository(session)
        return self

    def commit(self) -> None:
        """Make everything written since the last commit permanent, or nothing of it.

        Raises:
            StoreError: the database failed; nothing was written.
        """
        self._session.commit()

    def rollback(self) -> None:
        """Forget everything written since the last commit."""
        self._session.rollback()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Roll back whatever was not committed, and give the connection back."""
        self._session.close()
