"""Every job there is: the files of `jobs/tasks`, found by the shelf."""

from functools import lru_cache

import jobs.tasks
from forecaster.shelf import load_shelf
from jobs.job import Job


@lru_cache(maxsize=1)
def all_jobs() -> dict[str, Job]:
    """Return every job by id, in order of id.

    Raises:
        PluginError: a file of `jobs/tasks` lacks `JOB` or repeats an id.
    """
    return load_shelf(jobs.tasks, constant="JOB", kind=Job)
