"""Passwords, tokens and keys: how they are made, and the form in which alone they are kept.

A password is kept as its Argon2id hash. A token or key holds 256 random bits, which nobody can
guess, so its SHA-256 is enough to know it again and useless to whoever reads the database.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from forecaster.errors import AccessError

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
"""Longer ones say no more, and cost a server that must hash whatever it is sent."""

_KEY_START = "fk"


@dataclass(frozen=True, slots=True)
class Told:
    """What is told once: a password or a key, and what it is for."""

    subject: str
    secret: str


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password that is long enough.

    Raises:
        AccessError: it is too short or too long.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccessError(
            f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, "
            f"got {len(password)}: choose another"
        )
    return _hasher().hash(password)


def verify_password(password: str, kept: str | None) -> bool:
    """Return whether `password` is the one of which `kept` is the hash.

    Without a hash it takes as long as with one, so that the time does not tell who has an account.
    """
    if len(password) > LONGEST_PASSWORD:
        return False
    return _hasher().verify(password, kept or _nobody()) and kept is not None


def new_token() -> str:
    """Return a new random token of 256 bits, fit for a cookie, a form or a password."""
    return secrets.token_urlsafe(32)


def new_key() -> tuple[str, str]:
    """Return a new API key, and the prefix by which it is found and spoken of."""
    prefix = secrets.token_hex(4)
    return f"{_KEY_START}_{prefix}_{new_token()}", prefix


def prefix_of(key: str) -> str:
    """Return the prefix of something sent as a key; empty if it does not look like one."""
    start, _, rest = key.partition("_")
    return rest.partition("_")[0] if start == _KEY_START else ""


def digest_of(token: str) -> str:
    """Return what is kept of a token or key: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(first: str, second: str) -> bool:
    """Return whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(first.encode(), second.encode())


@lru_cache(maxsize=1)
def _hasher() -> "PasswordHash":
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(),))


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher().hash(new_token())
