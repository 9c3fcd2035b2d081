"""Passwords and keys: known again, useless to whoever reads what is kept, never half accepted."""

import pytest

from forecaster import credentials
from forecaster.errors import AccessError

PASSWORD = "correct horse battery"


def test_a_password_is_known_again_by_its_hash_alone():
    kept = credentials.hash_password(PASSWORD)
    assert PASSWORD not in kept
    assert kept.startswith("$argon2id$")
    assert credentials.verify_password(PASSWORD, kept)
    assert not credentials.verify_password(PASSWORD + "x", kept)


def test_equal_passwords_have_unequal_hashes():
    assert credentials.hash_password(PASSWORD) != credentials.hash_password(PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 257])
def test_a_password_that_is_too_short_or_too_long_is_refused(password: str):
    with pytest.raises(AccessError, match="12 to 256"):
        credentials.hash_password(password)


def test_nobody_logs_in_to_an_account_that_is_not_there():
    assert not credentials.verify_password(PASSWORD, None)


def test_a_password_too_long_to_be_anybodys_is_not_even_hashed():
    kept = credentials.hash_password(PASSWORD)
    assert not credentials.verify_password("x" * 10_000_000, kept)


def test_a_key_is_found_by_its_prefix_and_no_two_are_alike():
    key, prefix = credentials.new_key()
    assert credentials.prefix_of(key) == prefix
    assert credentials.new_key()[0] != key
    assert len(credentials.digest_of(key)) == 64
    assert key not in credentials.digest_of(key)


@pytest.mark.parametrize("text", ["", "fk", "other_abcdef01_rest", "abcdef01", "Bearer fk_x_y"])
def test_what_does_not_look_like_a_key_has_no_prefix(text: str):
    assert credentials.prefix_of(text) == ""
