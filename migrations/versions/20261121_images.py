"""images"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NOW = sa.text("now()")
MOMENT = sa.DateTime(timezone=True)
SOURCES = "source IN ('file', 'provider', 'upload')"
OWNERS = "owner_kind IN ('movie', 'series', 'season', 'episode', 'person', 'collection', 'user')"
KINDS = "kind IN ('poster', 'backdrop', 'logo', 'banner', 'thumb', 'still', 'clearart', 'disc', 'profile', 'avatar')"


def upgrade() -> None:
    op.execute("CREATE SCHEMA images")
    _create_images()
    _create_pictures()
    _create_taken_images()


def downgrade() -> None:
    op.drop_table("taken_images", schema="library")
    op.drop_table("pictures", schema="images")
    op.drop_table("images", schema="images")
    op.execute("DROP SCHEMA images")


def _create_images() -> None:
    op.create_table(
        "images",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("thumbhash", sa.LargeBinary(), nullable=False),
        sa.Column("color", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("added_at", MOMENT, server_default=NOW, nullable=False),
        sa.CheckConstraint(SOURCES, name=op.f("ck_images_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_images")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_images_content_hash")),
        schema="images",
    )
    op.create_index("ix_images_added_at", "images", ["added_at"], schema="images")


def _create_pictures() -> None:
    op.create_table(
        "pictures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_kind", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("image_id", sa.Uuid()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("score", sa.Float(), server_default="0", nullable=False),
        sa.Column("is_chosen", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("failure", sa.Text()),
        sa.Column("tried_at", MOMENT),
        sa.Column("ownerless_since", MOMENT),
        sa.Column("added_at", MOMENT, server_default=NOW, nullable=False),
        sa.CheckConstraint(OWNERS, name=op.f("ck_pictures_owner_kind")),
        sa.CheckConstraint(KINDS, name=op.f("ck_pictures_kind")),
        sa.CheckConstraint(SOURCES, name=op.f("ck_pictures_source")),
        sa.ForeignKeyConstraint(["image_id"], ["images.images.id"], name=op.f("fk_pictures_image_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        schema="images",
    )
    op.create_index("ix_pictures_owner_id", "pictures", ["owner_id", "kind"], schema="images")
    op.create_index("ix_pictures_image_id", "pictures", ["image_id"], schema="images")
    for name, columns, where in (
        ("ix_pictures_owned", ["owner_kind", "owner_id"], "ownerless_since IS NULL"),
        ("ix_pictures_ownerless", ["ownerless_since"], "ownerless_since IS NOT NULL"),
    ):
        op.create_index(name, "pictures", columns, schema="images", postgresql_where=sa.text(where))
    op.create_index(
        "uq_pictures_avatar",
        "pictures",
        ["owner_id"],
        unique=True,
        schema="images",
        postgresql_where=sa.text("kind = 'avatar'"),
    )


def _create_taken_images() -> None:
    op.create_table(
        "taken_images",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("image_id", sa.Uuid()),
        sa.Column("failure", sa.Text()),
        sa.Column("tried_at", MOMENT, server_default=NOW, nullable=False),
        sa.CheckConstraint("num_nonnulls(image_id, failure) = 1", name=op.f("ck_taken_images_outcome")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["library.files.id"], name=op.f("fk_taken_images_file_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["image_id"], ["images.images.id"], name=op.f("fk_taken_images_image_id")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_taken_images")),
        schema="library",
    )
    op.create_index("ix_taken_images_image_id", "taken_images", ["image_id"], schema="library")
