"""Assessments that are kept: runs, findings over runs, assets, and the words of checks.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    state = op.create_table(
        "evidence_assessment_state",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("runs", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(state, [{"id": 1, "runs": 0}])
    op.create_table(
        "evidence_assessment_run",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("estate", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("moves", sa.Integer, nullable=False),
        sa.Column("summary", sa.LargeBinary, nullable=False),
        sa.Column("picture", sa.LargeBinary),
        sa.Column("moved", sa.LargeBinary),
    )
    op.create_index("ix_evidence_assessment_run_estate", "evidence_assessment_run", ["estate", "number"])
    op.create_table(
        "evidence_assessment_finding",
        sa.Column("estate", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, primary_key=True),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("severity", sa.SmallInteger, nullable=False),
        sa.Column("pillar", sa.Text, nullable=False),
        sa.Column("check_id", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("asset", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("critical", sa.Boolean, nullable=False),
        sa.Column("searched", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("first_at", sa.BigInteger, nullable=False),
        sa.Column("since_run", sa.BigInteger, nullable=False),
        sa.Column("since_at", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.BigInteger),
        sa.Column("ended_run", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("history", sa.LargeBinary),
    )
    op.create_index(
        "ix_evidence_assessment_finding_standing",
        "evidence_assessment_finding",
        ["estate", "standing", "verdict", "severity"],
    )
    op.create_index("ix_evidence_assessment_finding_cause", "evidence_assessment_finding", ["estate", "cause"])
    op.create_table(
        "evidence_assessment_asset",
        sa.Column("estate", sa.Text, primary_key=True),
        sa.Column("uid", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("environment", sa.Text, nullable=False),
        sa.Column("critical", sa.Boolean, nullable=False),
        sa.Column("exposed", sa.Boolean, nullable=False),
        sa.Column("doubtful", sa.Boolean, nullable=False),
        sa.Column("searched", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "evidence_assessment_check",
        sa.Column("estate", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
