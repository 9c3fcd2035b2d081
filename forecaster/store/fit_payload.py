"""A fit as bytes, and back; `store.payload` has the form."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np

from forecaster.domain.fit import Fit, MemberFit
from forecaster.domain.forecast import Diagnostics
from forecaster.store.payload import Arrays, pack, unpack
from forecaster.store.tables.base import as_text

_KIND = "fit-1"


def encode_fit(fit: Fit) -> bytes:
    """Return the bytes of a fit."""
    header = {
        "as_of": as_text(fit.as_of),
        "chains": int(fit.chains),
        "members": [_header(member) for member in fit.members],
    }
    arrays: dict[str, Any] = {}
    for i, member in enumerate(fit.members):
        for part in ("draws", "prior"):
            for name, values in getattr(member, part).items():
                arrays[f"{i}.{part}.{name}"] = np.asarray(values, np.float64)
    return pack(_KIND, header, arrays)


def decode_fit(payload: bytes) -> Fit:
    """Return the fit of these bytes.

    Raises:
        StoreError: the bytes are not those of a fit.
    """
    header, arrays = unpack(_KIND, payload)
    return Fit(
        as_of=datetime.fromisoformat(header["as_of"]),
        chains=header["chains"],
        members=tuple(_member(i, m, arrays) for i, m in enumerate(header["members"])),
    )


def _header(member: MemberFit) -> dict[str, object]:
    verdict = {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in asdict(member.verdict).items()
    }
    return {
        "family": member.family,
        "version": member.version,
        "weights": [float(weight) for weight in member.weights],
        "effects": list(member.effects),
        "verdict": verdict,
    }


def _member(place: int, header: dict[str, Any], arrays: Arrays) -> MemberFit:
    def of(part: str) -> dict[str, Any]:
        start = f"{place}.{part}."
        return {n.removeprefix(start): v for n, v in arrays.items() if n.startswith(start)}

    return MemberFit(
        family=header["family"],
        version=header["version"],
        weights=tuple(header["weights"]),
        draws=of("draws"),
        prior=of("prior"),
        effects=tuple(header["effects"]),
        verdict=Diagnostics(**header["verdict"]),
    )
