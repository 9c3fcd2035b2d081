"""A superseded run does not name the run after it, which may be hidden from who reads of it."""

from collections.abc import Sequence

from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A reason that a person gave for withdrawing a run stays as they wrote it.
UNNAMED = """
UPDATE run_states SET state_reason = 'superseded by a later run of the same as_of'
WHERE state = 'superseded' AND state_reason LIKE 'superseded by run %'
"""


def upgrade() -> None:
    op.execute(UNNAMED)


def downgrade() -> None:
    """Change nothing: the words fit the older code too, and which run it was is not kept here."""
