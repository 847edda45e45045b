"""Runs migrations on the connection models/store.py hands over."""

from alembic import context
from sqlmodel import SQLModel

import models.access_tables
import models.draft_tables
import models.family_tables
import models.record_tables
import models.reply_tables
import models.run_tables
import models.tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, compare_type=True)
registered = (
    models.access_tables.AccessGrant,
    models.tables.Authority,
    models.draft_tables.PlanDraft,
    models.family_tables.Report,
    models.record_tables.Letter,
    models.reply_tables.Leave,
    models.run_tables.FlowRun,
)  # importing them registers every table
with context.begin_transaction():
    context.run_migrations()
