"""Alembic's environment: runs on the connection it is handed, or on MARQUEE_DATABASE_URL."""

import asyncio
import os

from alembic import context
from sqlalchemy import Connection

from app.catalog.title_indexes import is_title_index
from app.core.migrate import on_connection
from app.tables import metadata

SCHEMAS = {table.schema for table in metadata.tables.values()}


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    if type_ == "index":
        return not is_title_index(name or "")
    return type_ != "schema" or name in SCHEMAS


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_schemas=True,
        include_name=include_name,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()


handed: Connection | None = context.config.attributes.get("connection")
if handed is None:
    asyncio.run(on_connection(os.environ["MARQUEE_DATABASE_URL"], run))
else:
    run(handed)
