"""Settings: one class, every field described, read from `FORECASTER_…` in the environment."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSettings

from forecaster.errors import SettingsError


class Settings(BaseSettings):
    """What an operator may set. Nothing else in the product reads the environment."""

    model_config = SettingsConfigDict(env_prefix="FORECASTER_", extra="ignore", frozen=True)

    data_dir: Path = Field(
        default=Path("data"),
        description="Folder for the embedded database, reports and caches.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="SQLAlchemy URL of a PostgreSQL database; unset means SQLite in data_dir.",
    )
    allowed_hosts: tuple[str, ...] = Field(
        default=(),
        description="Hosts that may be fetched from besides the publishers' own (JSON list).",
    )
    fetch_timeout_seconds: float = Field(
        default=30.0, gt=0, description="Time-out of one HTTP request to a source."
    )
    fetch_attempts: int = Field(
        default=3, ge=1, le=10, description="How often one fetch is tried before it has failed."
    )
    fetch_max_bytes: int = Field(
        default=200_000_000, gt=0, description="Largest answer accepted from a source."
    )
    daily_hour: int = Field(
        default=6, ge=0, le=23, description="Hour at which the daily cycle is due, in time_zone."
    )
    time_zone: str = Field(
        default="UTC",
        description="IANA name of the time zone in which jobs are due, such as Europe/Berlin.",
    )
    ladders: tuple[str, ...] = Field(
        default=("nato-russia",),
        description="Ladders that the scheduler keeps: packaged ids or paths (JSON list).",
    )
    update_minutes: int = Field(
        default=60,
        ge=0,
        description="A ladder is updated after new readings if no run is younger; 0 for never.",
    )
    lease_seconds: float = Field(
        default=120.0,
        gt=0,
        description="How long a job whose process gives no sign of life keeps its slot.",
    )
    heartbeat_seconds: float = Field(
        default=5.0, gt=0, description="How often a running job gives that sign, with its progress."
    )
    retry_seconds: float = Field(
        default=60.0,
        gt=0,
        description="Wait before a failed job is tried again; doubled each time, up to six hours.",
    )
    stop_seconds: float = Field(
        default=60.0,
        ge=0,
        description="How long a job may go on after SIGTERM before its slot is given back.",
    )
    cores: int = Field(default=2, ge=1, description="Cores that sampling may use.")
    trusted_hosts: tuple[str, ...] = Field(
        default=(),
        description="Names that the service answers to besides this machine's own (JSON list).",
    )
    login: bool | None = Field(
        default=None,
        description="Whether people must log in; unset: unless the database is embedded and the "
        "service listens on this machine alone.",
    )
    session_hours: float = Field(
        default=12.0, gt=0, le=720, description="How long a login lasts, in hours."
    )
    read_limit: str = Field(
        default="1200/minute", description="How often one person or key may read."
    )
    write_limit: str = Field(
        default="120/minute", description="How often one person or key may write."
    )
    login_limit: str = Field(
        default="10/minute", description="How often one address or name may try to log in."
    )
    receivers: SecretStr | None = Field(
        default=None,
        description="Who is sent the daily report (JSON): a name to an Apprise URL, or to an "
        "object of `url`, `clearance` (TLP) and `ladders`. Addresses are secrets and never logged.",
    )
    request_max_bytes: int = Field(
        default=2_000_000, gt=0, description="Largest request that the service reads."
    )
    backup_dir: Path | None = Field(
        default=None,
        description="Folder for backups, best on another disk; unset means backups in data_dir.",
    )
    backups_kept: int = Field(
        default=14, ge=1, description="How many of the newest backups retention keeps."
    )
    fits_kept: int = Field(
        default=6, ge=1, description="How many of a ladder's newest fits retention keeps."
    )
    report_days: int = Field(
        default=400, ge=1, description="Age in days from which retention removes report files."
    )
    skipped_days: int = Field(
        default=90, ge=30, description="Age in days from which it removes skipped slots of jobs."
    )
    source_check_days: int = Field(
        default=400, ge=30, description="Age in days from which it removes checks of sources."
    )
    least_free_mb: int = Field(
        default=2000, ge=0, description="Free disk in MB under which the data folder is warned of."
    )
    fit_memory_mb: int = Field(
        default=1500, ge=0, description="Memory in MB that a fit is to find available."
    )
    grace_hours: float = Field(
        default=3.0, ge=0, description="Hours after its slot until which a daily run is not late."
    )
    otlp_endpoint: str = Field(
        default="",
        description="Address that takes OpenTelemetry traces by HTTP, such as "
        "http://collector:4318/v1/traces; empty for none.",
    )
    log: Literal["text", "json"] = Field(
        default="text", description="Form of the services' logs: lines to read, or JSON."
    )

    @property
    def backups(self) -> Path:
        """The folder of backups in force."""
        return self.backup_dir or self.data_dir / "backups"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, KeyError):  # unknown, a path, or a folder of zones
            raise ValueError(
                "not a time zone of the IANA database: give one such as UTC or Europe/Berlin"
            ) from None
        return name

    @model_validator(mode="after")
    def _lease_outlives_heartbeats(self) -> Self:
        if self.lease_seconds < 3 * self.heartbeat_seconds:
            raise ValueError(
                f"a lease of {self.lease_seconds:g} s outlives fewer than three heartbeats of "
                f"{self.heartbeat_seconds:g} s: lengthen it or beat more often"
            )
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which jobs are due."""
        return ZoneInfo(self.time_zone)

    @property
    def url(self) -> str:
        """The database URL in force, the embedded SQLite one if none is set."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'forecaster.sqlite').resolve()}"


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """Return the settings in force.

    Raises:
        SettingsError: a variable cannot be used; the message names it and says what it got.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "FORECASTER_" + "_".join(str(part) for part in first["loc"] or ("…",)).upper()
        raise SettingsError(
            f"{name} cannot be used: {first['msg']}, got {first['input']!r}"
        ) from None
    except UnreadableSettings as error:  # its cause says what was wrong, not how to mend it
        named = re.search(r'"(\w+)"', str(error))
        name = "FORECASTER_" + (named.group(1).upper() if named else "…")
        raise SettingsError(
            f"{name} cannot be read: a setting that is a list is written as JSON, such as "
            f'{name}=\'["one", "two"]\''
        ) from None
