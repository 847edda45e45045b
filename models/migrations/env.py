"""Runs migrations on the connection models/store.py hands over."""

from alembic import context
from sqlmodel import SQLModel

import models.tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, compare_type=True)
assert models.tables.Authority  # noqa: S101  the tables are registered by importing them
with context.begin_transaction():
    context.run_migrations()
