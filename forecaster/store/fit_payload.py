"""A fit as bytes, and back; `store.payload` has the form."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np

from forecaster.domain.fit import Fit, MemberFit
from forecaster.domain.forecast import Diagnostics
from forecaster.store.payload import pack, unpack
from forecaster.store.tables.base import as_text

_KIND = "fit-1"


def encode_fit(fit: Fit) -> bytes:
    """Return the bytes of a fit."""
    header = {
        "as_of": as_text(fit.as_of),
        "chains": int(fit.chains),
        "members": [_header(member) for member in fit.members],
        "prior_shares": [[*cell, float(share)] for cell, share in fit.prior_shares.items()],
    }
    arrays: dict[str, Any] = {}
    for i, member in enumerate(fit.members):
        for name, values in member.draws.items():
            arrays[f"{i}.{name}"] = np.asarray(values, np.float64)
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
        prior_shares={tuple(row[:-1]): row[-1] for row in header["prior_shares"]},
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


def _member(place: int, header: dict[str, Any], arrays: Mapping[str, Any]) -> MemberFit:
    start = f"{place}."
    return MemberFit(
        family=header["family"],
        version=header["version"],
        weights=tuple(header["weights"]),
        draws={n.removeprefix(start): v for n, v in arrays.items() if n.startswith(start)},
        effects=tuple(header["effects"]),
        verdict=Diagnostics(**header["verdict"]),
    )
