"""People: persons, passkeys, invitations, sessions and their handles, and what is pending between two requests.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    state = op.create_table(
        "identity_state",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(state, [{"id": 1, "version": 0}])
    op.create_table(
        "identity_person",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("groups", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("disabled_at", sa.BigInteger),
        sa.UniqueConstraint("email", name="uq_identity_person_email"),
    )
    op.create_index("ix_identity_person_version", "identity_person", ["version"])
    op.create_table(
        "identity_passkey",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("aaguid", sa.Text, nullable=False),
        sa.Column("backup_eligible", sa.Boolean, nullable=False),
        sa.Column("backed_up", sa.Boolean, nullable=False),
        sa.Column("hardware", sa.Boolean, nullable=False),
        sa.Column("transports", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("last_used_at", sa.BigInteger),
        sa.Column("attestation", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"], name="fk_identity_passkey_person_id"),
    )
    op.create_index("ix_identity_passkey_person_id", "identity_passkey", ["person_id"])
    op.create_table(
        "identity_invitation",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("used_at", sa.BigInteger),
        sa.Column("revoked_at", sa.BigInteger),
        sa.UniqueConstraint("digest", name="uq_identity_invitation_digest"),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"], name="fk_identity_invitation_person_id"),
    )
    op.create_table(
        "identity_session",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("assurance", sa.SmallInteger, nullable=False),
        sa.Column("amr", sa.Text, nullable=False),
        sa.Column("hardware", sa.Boolean, nullable=False),
        sa.Column("auth_time", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("last_seen_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("idle", sa.BigInteger, nullable=False),
        sa.Column("source_ip", sa.Text),
        sa.Column("user_agent", sa.Text),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("end_reason", sa.Text),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"], name="fk_identity_session_person_id"),
    )
    op.create_index("ix_identity_session_version", "identity_session", ["version"])
    op.create_index("ix_identity_session_person_id", "identity_session", ["person_id"])
    op.create_table(
        "identity_handle",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["identity_session.id"], name="fk_identity_handle_session_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_identity_handle_version", "identity_handle", ["version"])
    op.create_index("ix_identity_handle_session_id", "identity_handle", ["session_id"])
    op.create_table(
        "identity_ceremony",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("challenge", sa.LargeBinary, nullable=False),
        sa.Column("invitation_id", sa.Text),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_identity_ceremony_expires_at", "identity_ceremony", ["expires_at"])
    op.create_table(
        "identity_code",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("nonce_digest", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_identity_code_expires_at", "identity_code", ["expires_at"])
    op.create_table(
        "identity_flow",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("nonce_digest", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_identity_flow_expires_at", "identity_flow", ["expires_at"])
