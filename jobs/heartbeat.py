"""The sign of life of a running job: a thread that renews its lease and tells its progress."""

from threading import Event, Lock, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self

from forecaster.errors import StoreError
from jobs.context import Context

if TYPE_CHECKING:
    from datetime import timedelta

    from forecaster.store.ledger import Claim

_guard = Lock()
_held: "dict[Claim, None]" = {}


def claims_of(owner: str) -> "tuple[Claim, ...]":
    """Return the claims under which this process is running something as `owner`."""
    with _guard:
        return tuple(claim for claim in _held if claim.owner == owner)


class Heartbeat:
    """While the block runs, its claim is renewed every `heartbeat_seconds` of the settings.

    A database that is away for a while costs beats, and the claim only if that lasts for a whole
    lease. A claim that is lost is said once; the work goes on to where the fence refuses it.
    """

    def __init__(self, context: Context, claim: "Claim", lease: "timedelta") -> None:
        self._context = context
        self._claim = claim
        self._lease = lease
        self._share = 0.0
        self._over = Event()
        self._thread = Thread(target=self._beat, name=f"heartbeat of {claim.job}", daemon=True)

    def progress(self, share: float) -> None:
        """Take note of which share of the work is done, 0 to 1; the next beat writes it."""
        self._share = share
        self._context.progress(share)

    def __enter__(self) -> Self:
        """Begin to beat."""
        with _guard:
            _held[self._claim] = None
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop beating; whoever ran the job says how it ended."""
        self._over.set()
        self._thread.join()
        with _guard:
            _held.pop(self._claim, None)

    def _beat(self) -> None:
        while not self._over.wait(self._context.settings.heartbeat_seconds):
            try:
                if not self._renew():
                    self._context.say(
                        f"{self._claim.job}: its lease is lost; what it does will not be stored"
                    )
                    return
            except StoreError:
                continue

    def _renew(self) -> bool:
        from forecaster.store.unit_of_work import UnitOfWork

        with UnitOfWork(self._context.engine()) as work:
            kept = work.ledger.renew(
                self._claim, self._context.clock(), lease=self._lease, progress=self._share
            )
            work.commit()
        return kept
