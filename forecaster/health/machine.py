"""What the operating system says: room on a disk, and memory that a process may still take."""

import shutil
import tempfile
from pathlib import Path

_ROOT = Path("/")
_UNLIMITED = "max"


def free_bytes(folder: Path) -> int:
    """Return the free bytes of the disk of a folder, or of the nearest one above that exists."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    return shutil.disk_usage(there).free


def writing_fails(folder: Path) -> str:
    """Return why no file can be written into a folder, made if it is not there; "" if one can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def available_memory(root: Path = _ROOT) -> int | None:
    """Return the bytes that a process may still take, None where the system does not say.

    The least of what Linux calls available and of what the process's control group leaves, whose
    file cache counts as free. `root` is where `/proc` and `/sys` are.
    """
    found = [size for size in (_of_machine(root), _of_group(root)) if size is not None]
    return min(found, default=None)


def _of_machine(root: Path) -> int | None:
    for line in _lines(root / "proc/meminfo"):
        name, _, rest = line.partition(":")
        if name == "MemAvailable":
            return int(rest.split()[0]) * 1024
    return None


def _of_group(root: Path) -> int | None:
    group = root / "sys/fs/cgroup"
    most = next(iter(_lines(group / "memory.max")), _UNLIMITED)
    used = next(iter(_lines(group / "memory.current")), "")
    if most == _UNLIMITED or not used:
        return None
    kinds = dict(line.split(" ", 1) for line in _lines(group / "memory.stat"))
    return max(0, int(most) - int(used) + int(kinds.get("inactive_file", 0)))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
