"""Runs the migrations over a connection that the caller hands in (`migrations.upgrading`)."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
