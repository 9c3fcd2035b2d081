"""Pictures of the pages for the tutorials, of a real run in a real browser.

    .venv/bin/python -m benchmarks.tutorial_pictures

Serves the store of the data folder, which has to hold published runs, and writes
`docs/pictures/page-*.png`.
"""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.chromium import chromium
from benchmarks.pages import ROOT

FOLDER = ROOT / "docs" / "pictures"
LADDER = "/ladders/nato-russia"
PAGES = {
    "overview": ("/", 1120, 760),
    "ladder": (LADDER, 1120, 900),
    "theatre": (f"{LADDER}/theatres/donbas", 1120, 900),
    "changes": (f"{LADDER}/changes", 1120, 760),
    "prior": (f"{LADDER}/priors/persistence", 1120, 900),
    "judgements": (f"{LADDER}/judgements", 1120, 760),
    "sources": ("/sources", 1120, 760),
    "telephone": (LADDER, 400, 900),
}


def main() -> None:
    with served() as address, chromium() as browser:
        for name, (path, width, height) in PAGES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            answer = page.goto(address + path)
            assert answer is not None, path
            assert answer.ok, path
            page.screenshot(path=FOLDER / f"page-{name}.png")
            page.close()
            print(f"docs/pictures/page-{name}.png")


@contextmanager
def served() -> Iterator[str]:
    """Serve the store of the settings without a scheduler, and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "jobs", "serve", "--no-schedule", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for(f"{address}/health/live")
        yield address
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(address).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


if __name__ == "__main__":
    main()
