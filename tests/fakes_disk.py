"""A disk that keeps something else than what was written, and reports no error."""

import os


def spoiling_fsync(descriptor: int) -> None:
    """Stand in for `os.fsync`: spoil a few bytes in the middle of the file."""
    os.pwrite(descriptor, b"\xff" * 64, os.fstat(descriptor).st_size // 2)
