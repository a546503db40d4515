"""Models compared with a database by Alembic's own autogenerate, and what of it becomes a revision."""
