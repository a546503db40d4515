"""Rows that fit a schema: read from the live database, made deterministically, put in as its administrator."""
