"""Plans of backtests: a packaged one by its id, or anybody's own from a path, frozen by digest."""

import hashlib
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from forecaster.domain.backtest import STACK, Effort, Forecaster, Plan, Role
from forecaster.errors import PlanError

PACKAGED = Path(__file__).parent / "plans"
"""The folder of the packaged plans."""

_Count = Annotated[int, Field(gt=0, strict=True)]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Effort(_Written):
    tune: _Count
    draws: _Count
    chains: _Count
    kept_draws: _Count
    paths: _Count


class _Forecaster(_Written):
    id: Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")]
    role: Role
    weight: Annotated[float, Field(ge=0.0)] = 0.0


class _Plan(_Written):
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    title: str
    ladder: str
    domain: str
    first: Annotated[date, Field(strict=True)]
    scored_from: Annotated[date, Field(strict=True)]
    last: Annotated[date, Field(strict=True)]
    every_steps: _Count
    refit_every: _Count
    resolve_after_days: Annotated[int, Field(ge=0, strict=True)]
    published: str
    strength: Annotated[float, Field(gt=0.0)]
    seed: Annotated[int, Field(ge=0, strict=True)]
    block_steps: _Count
    resamples: _Count
    effort: _Effort
    forecasters: Annotated[tuple[_Forecaster, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _hangs_together(self) -> "_Plan":
        ids = [f.id for f in self.forecasters]
        if len(set(ids)) < len(ids):
            raise ValueError("a forecaster is named twice")
        if not self.first <= self.scored_from <= self.last:
            raise ValueError("first, scored_from and last are not in order of time")
        if (STACK in ids) != any(f.weight > 0 for f in self.forecasters):
            raise ValueError("a stack needs members with a weight, and weights need a stack")
        if any(f.id == STACK and f.weight > 0 for f in self.forecasters):
            raise ValueError("the stack cannot be a member of itself")
        if self.published not in ids:
            raise ValueError(f"published {self.published!r} is none of the forecasters")
        return self


def packaged_plans() -> tuple[str, ...]:
    """Return the ids of the packaged plans, in alphabetical order."""
    return tuple(sorted(path.stem for path in PACKAGED.glob("*.toml")))


def load_plan(ref: str | Path) -> Plan:
    """Return the plan called `ref`, or kept in the file `ref`, with the digest of its text.

    Raises:
        PlanError: there is no such plan, or it is not one; the message names the first mistake.
    """
    path = PACKAGED / f"{ref}.toml" if str(ref) in packaged_plans() else Path(ref)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        known = ", ".join(packaged_plans())
        raise PlanError(
            f"no plan {ref} can be read: give the path of one, or one of the packaged plans {known}"
        ) from None
    return read_plan(text, name=str(path))


def read_plan(text: str, *, name: str = "the stored plan") -> Plan:
    """Return the plan that a file's text holds, with its digest.

    Raises:
        PlanError: it holds none; the message begins with `name` and tells the first mistake.
    """
    try:
        written = _Plan.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{name} is not TOML ({error}): check quotes and brackets") from None
    except ValidationError as error:
        raise PlanError(f"{name}: {_first(error)}") from None
    return _plan(written, text)


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False)[0]
    place = ".".join(map(str, found["loc"])) or "the plan"
    got = "" if isinstance(found["input"], dict) else f", got {found['input']!r}"
    return f"{place}: {found['msg']}{got}: correct it"


def _plan(written: _Plan, text: str) -> Plan:
    plain = written.model_dump(exclude={"effort", "forecasters"})
    return Plan(
        **plain,
        effort=Effort(**written.effort.model_dump()),
        forecasters=tuple(Forecaster(**f.model_dump()) for f in written.forecasters),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
    )
