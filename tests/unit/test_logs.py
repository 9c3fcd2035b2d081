"""Logs are events with fields, in one form whoever speaks, and never tell a secret."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from pydantic import SecretStr

from forecaster import logs
from forecaster.masking import MASK, mask, secrets_of
from forecaster.settings import Settings

PASSWORD = "pa/ss:w%40rd"
URL = f"postgresql+psycopg://anna:{PASSWORD}@db.example:5432/forecaster"
SETTINGS = Settings(database_url=SecretStr(URL), log="json")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where logs go; afterwards logging is as it was."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers = []
    yield io.StringIO()
    root.handlers = before
    root.setLevel(level)
    logging.getLogger("forecaster").setLevel(logging.NOTSET)
    structlog.reset_defaults()


def events(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_has_its_fields_a_level_and_an_instant(stream: io.StringIO) -> None:
    logs.configure(SETTINGS, stream)
    logs.logger_of("scheduler").info("slot done", job="daily:toy", seconds=1.5)
    (event,) = events(stream)
    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "event": "slot done",
        "job": "daily:toy",
        "seconds": 1.5,
        "level": "info",
        "logger": "forecaster.scheduler",
    }


def test_a_voice_speaks_as_its_component(stream: io.StringIO) -> None:
    logs.configure(SETTINGS, stream)
    logs.voice("scheduler", owner="host:1")("daily:toy: done")
    (event,) = events(stream)
    assert (event["event"], event["logger"]) == ("daily:toy: done", "forecaster.scheduler")
    assert event["owner"] == "host:1"


def test_what_a_library_logs_has_the_same_form(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # as the library may have left it
    logging.getLogger("uvicorn").propagate = False
    logs.configure(SETTINGS, stream)
    logging.getLogger("uvicorn.error").warning("%s is away", URL)
    (event,) = events(stream)
    assert event["level"] == "warning"
    assert PASSWORD not in stream.getvalue()


def test_fields_of_a_plain_logger_are_told_and_colours_are_not(stream: io.StringIO) -> None:
    logs.configure(SETTINGS, stream)
    extra = {"path": "/runs", "reason": f"cannot reach {URL}", "color_message": "\x1b[31mfailed"}
    logging.getLogger("forecaster.api").error("failed", extra=extra)
    (event,) = events(stream)
    assert event["path"] == "/runs"
    assert event["reason"].startswith("cannot reach")
    assert PASSWORD not in event["reason"]
    assert "color_message" not in event


def test_lines_to_read_have_the_same_words(stream: io.StringIO) -> None:
    logs.configure(SETTINGS.model_copy(update={"log": "text"}), stream)
    logs.logger_of("scheduler").info("slot done", job="daily:toy", at=URL)
    line = stream.getvalue()
    assert line.count("\n") == 1
    assert "slot done" in line
    assert "daily:toy" in line
    assert PASSWORD not in line
    assert "\x1b" not in line


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_field_however_deep_and_no_traceback_tells_a_secret(
    stream: io.StringIO, form: str
) -> None:
    logs.configure(SETTINGS.model_copy(update={"log": form}), stream)
    logger = logs.logger_of("service")
    try:
        raise RuntimeError(f"cannot reach {URL} with {PASSWORD}")
    except RuntimeError:
        logger.exception("failed", where=URL)
    logger.info(
        f"opening {URL}",
        settings=SETTINGS,
        secret=SecretStr("s3cr3t-word"),
        headers={"Authorization": "Bearer s3cr3t-word", "x": ["https://u:s3cr3t-word@host/?a=1"]},
        query="a=1&token=s3cr3t-word&b=2",
        api_key="s3cr3t-word",
        again=(b"s3cr3t-word",),
    )
    said = stream.getvalue()
    assert PASSWORD not in said
    assert "pa/ss:w@rd" not in said
    assert "s3cr3t-word" not in said
    assert "db.example" in said
    assert "RuntimeError" in said


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("http://a.example/b", "http://a.example/b"),
        ("mailto anna@a.example", "mailto anna@a.example"),
        ("https://u:p@a.example/b", f"https://{MASK}@a.example/b"),
        ("tgram://token@chat and smtp://x:y@z", f"tgram://{MASK}@chat and smtp://{MASK}@z"),
        ("password=abc next", f"password={MASK} next"),
        ('{"api_key": "abc"}', f'{{"api_key": "{MASK}"}}'),
        ("3 tokens were read", "3 tokens were read"),
    ],
)
def test_a_text_loses_its_secrets_and_nothing_else(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_secrets_of_the_settings_are_known_in_every_form() -> None:
    assert set(secrets_of(SETTINGS)) == {PASSWORD, "pa/ss:w@rd"}
    assert secrets_of(Settings()) == ()
