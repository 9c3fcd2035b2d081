"""What the application is handed, once, when it is made: a database, settings, a clock, ports."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Request
from sqlalchemy import Engine

from forecaster.api.ports import Ports
from forecaster.clock import Clock
from forecaster.health.freshness import fresh_until
from forecaster.settings import Settings
from forecaster.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from starlette.applications import Starlette


@dataclass(frozen=True, slots=True)
class Service:
    """The surroundings of every request.

    open_use: nobody logs in, because the database is the embedded one and only this machine can
    ask. local_token: what forms carry then, so that no other site can send them.
    """

    engine: Engine
    settings: Settings
    clock: Clock
    ports: Ports
    open_use: bool = False
    local_token: str = ""

    def fresh_until(self, as_of: datetime) -> datetime:
        """Return until when a run of an instant is what readers are to expect."""
        return fresh_until(
            as_of,
            hour=self.settings.daily_hour,
            grace=timedelta(hours=self.settings.grace_hours),
            zone=self.settings.zone,
        )

    def reading(self) -> UnitOfWork:
        """Return a unit of work that keeps nobody waiting and refuses to write."""
        return UnitOfWork(self.engine, read_only=True, clock=self.clock)

    def writing(self) -> UnitOfWork:
        """Return a unit of work that writes; nothing is kept that is not committed."""
        return UnitOfWork(self.engine, clock=self.clock)


def service_of(app: "Starlette") -> Service:
    """Return what an application was made with."""
    return cast(Service, app.state.service)


async def service(request: Request) -> Service:
    """Return the surroundings of a request; asynchronous, so that it needs no thread of its own."""
    return service_of(request.app)


Surroundings = Annotated[Service, Depends(service)]
"""For the signature of a route: `service: Surroundings`."""
