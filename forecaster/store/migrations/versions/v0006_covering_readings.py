"""PostgreSQL reads readings from their key alone, and finds what a batch brought.

The key carries the values, as SQLite's does already, whose table is its key: rows that came in day
by day lie scattered over the table, but side by side in the key. The index on batches is of block
ranges: batches only rise, so it is a few pages and costs a load next to nothing. A read of the key
alone asks that pages are marked as visible to all, which autovacuum does: here after a hundredth
of the table is new, not a fifth. SQLite has no such index, and looks through the series it is
asked for.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = """
ALTER TABLE readings DROP CONSTRAINT pk_readings,
    ADD CONSTRAINT pk_readings PRIMARY KEY (series_id, observed_at, recorded_at) {covering}
"""


OFTENER = "autovacuum_vacuum_insert_scale_factor"


def upgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    op.execute(KEY.format(covering="INCLUDE (value, estimated)"))
    op.create_index(
        "ix_readings_batch_id",
        "readings",
        ["batch_id"],
        postgresql_using="brin",
        postgresql_with={"autosummarize": "on"},
    )
    op.execute(f"ALTER TABLE readings SET ({OFTENER} = 0.01)")


def downgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    op.execute(f"ALTER TABLE readings RESET ({OFTENER})")
    op.drop_index("ix_readings_batch_id", table_name="readings")
    op.execute(KEY.format(covering=""))
