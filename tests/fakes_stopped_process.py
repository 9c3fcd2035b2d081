"""One real scheduler that works at a slow request: `python -m tests.fakes_stopped_process URL …`.

Its two numbers are how long the job takes and how long it may go on after SIGTERM, or after the end
of its standard input, in seconds.
"""

import sys
import time

from forecaster.clock import utc_now
from forecaster.settings import Settings
from forecaster.store.session import make_engine
from jobs.alongside import service_gone
from jobs.context import Context
from jobs.job import ByHand, Job, Outcome, Slot
from jobs.scheduler import Scheduler, run_forever


def main(url: str, works: float, bound: float) -> None:
    """Schedule until stopped; says `at work` when the job has begun."""

    def slow(context: Context, _slot: Slot) -> Outcome:
        context.say("at work")
        time.sleep(works)
        return Outcome("done", "")

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    engine = make_engine(url)
    settings = Settings(stop_seconds=bound, lease_seconds=60.0)
    context = Context(settings, lambda: engine, utc_now, seed=1, owner="stopped", say=say)
    job = Job("slow", "For a test.", ByHand(), "once", slow)
    scheduler = Scheduler(context, jobs={"slow": job}, every=0.1)
    run_forever(context, scheduler, stop=service_gone())


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
