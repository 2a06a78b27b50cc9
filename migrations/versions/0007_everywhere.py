"""An index over the few matters that stand nowhere, which every question about duties asks for."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the index: without it all matters of a log are gone through, for one village as for a province."""
    op.execute(
        "CREATE INDEX p_matter_everywhere ON p_matter (log_id, generation, entity_id) "
        "WHERE register IN ('instrument', 'case')"
    )
