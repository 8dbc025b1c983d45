"""whether what a call came to was said of a talk before, by somebody who has her no longer.

Until now nobody could tell, so what was said of a call counts as it did.
"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("said_before", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("calls", "said_before")
