"""`forecaster migrate`: bring the database to the version of the code."""

from jobs.cli import terminal


def migrate() -> None:
    """Bring the database to the code's version; nothing is lost, and twice is harmless."""
    from forecaster.settings import load_settings
    from forecaster.store import session
    from jobs.wiring import make_data_dir

    settings = load_settings()
    make_data_dir(settings)
    session.migrate(session.make_engine(settings.url))
    terminal.out("the database is at the code's version")
