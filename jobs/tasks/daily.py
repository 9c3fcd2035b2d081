"""The daily cycle of a ladder: its steps meet in the tables alone."""

from jobs.job import Cron, Job

JOB = Job(
    id="daily",
    description="Load the sample if the store is empty, update the ladder, write the report.",
    schedule=Cron("0 {hour} * * *"),
    per="ladder",
    steps=("sample", "update", "report"),
    catch_up=7,
)
