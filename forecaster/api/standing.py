"""How what is served stands: every ladder that is kept, fresh and complete or not."""

from forecaster.api.service import Service
from forecaster.health.freshness import LadderHealth
from forecaster.health.ladders import ladder_health


def standing(service: Service) -> tuple[LadderHealth, ...]:
    """Return how every kept ladder stands, whoever asks."""
    settings = service.settings
    return ladder_health(
        service.engine,
        tuple(service.ports.ladders()),
        now=service.clock(),
        hour=settings.daily_hour,
        grace_hours=settings.grace_hours,
        zone=settings.zone,
    )
