"""Logs of services: events with fields, as lines to read or as JSON, and never a secret.

`configure` once at the start of a service. What libraries log by the standard library comes out
in the same form. A command that a person waits for prints notices instead.
"""

import logging
import sys
from collections.abc import Callable
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor

from forecaster.masking import mask_event, secrets_of
from forecaster.settings import Settings

_OURS = "forecaster"
"""The root of our loggers' names."""


_OF_THEIR_OWN = ("uvicorn", "uvicorn.error", "uvicorn.access")
"""Loggers that a library may have given a form of its own."""


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream`, standard error if none is given.

    Doing it again replaces what was configured before.
    """
    stream = sys.stderr if stream is None else stream
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_common(), structlog.stdlib.ExtraAdder(), _without_colours],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask_event(secrets_of(settings)),  # after all that may bring in a text
                _renderer(settings, stream),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in _OF_THEIR_OWN:
        theirs = logging.getLogger(name)
        theirs.handlers.clear()
        theirs.setLevel(logging.NOTSET)
        theirs.propagate, theirs.disabled = True, False
    logging.getLogger(_OURS).setLevel(logging.INFO)  # libraries tell of every step they take
    structlog.configure(
        processors=[*_common(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def voice(component: str, **fields: object) -> Callable[[str], None]:
    """Return a voice for a `Context`: each line it is given is an event of `component`."""
    logger = logger_of(component).bind(**fields)

    def say(line: str) -> None:
        logger.info(line)

    return say


def logger_of(component: str) -> structlog.stdlib.BoundLogger:
    """Return a logger for events with fields, named after the part of the service that speaks."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(f"{_OURS}.{component}")
    return logger


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _without_colours(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Take out the coloured copy of the message that uvicorn gives beside it."""
    event.pop("color_message", None)
    return event


def _renderer(settings: Settings, stream: TextIO) -> Processor:
    if settings.log == "json":
        return structlog.processors.JSONRenderer(default=str)
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
