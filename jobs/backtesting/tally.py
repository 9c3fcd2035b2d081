"""How far a backtest is, and how long it will take."""

import time

from jobs.context import Context

SAY_EVERY_SECONDS = 30.0


class Tally:
    """Tells the share that is done, and now and then the time that is left."""

    def __init__(self, context: Context, total: int, left: int) -> None:
        self._context, self._total, self._left = context, max(total, 1), left
        self._began = self._said = time.monotonic()
        self._made = 0

    def add(self, origins: int) -> None:
        """Count so many more forecasts as settled."""
        self._made += origins
        left = max(self._left - self._made, 0)
        self._context.progress(1.0 - left / self._total)
        now = time.monotonic()
        if now - self._said >= SAY_EVERY_SECONDS:
            self._said = now
            minutes = (now - self._began) / self._made * left / 60.0
            done = self._total - left
            self._context.say(f"{done} of {self._total} forecasts, {minutes:.0f} min left")
