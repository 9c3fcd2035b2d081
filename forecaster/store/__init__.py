"""What is stored: tables, one repository per group of them, and the unit of work around both.

Owns: the database schema, its migrations, and every statement that is sent to a database.
Does not own: what a word means (`forecaster.domain`) or how it is shown (`forecaster.reporting`).
May import: `forecaster.domain`, `forecaster.clock`, `forecaster.errors`, SQLModel, Alembic, numpy.

Where do I go to …?

- open a database: `session.make_engine`, then `migrate` or `require_current`
- read or write something: `unit_of_work.UnitOfWork`
- see what a table holds: `tables`; what a column of the results means: `dictionary`
- learn when a reading counts as new: `merge`
- store what a backtest made: `backtests`; the bytes in it: `backtest_payload`
- see who has which slot of a job: `ledger`; who may do and see what: `accounts`, `markings`
- back up, restore: `backup`; learn what may be removed: `retention`
- learn how rows of results prove that nobody edited them: `chain`
"""
