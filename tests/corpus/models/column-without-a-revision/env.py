from alembic import context
from models_of_the_corpus import metadata
from sqlalchemy import engine_from_config, pool

config = context.config
section = config.get_section(config.config_ini_section)
with engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,  # expect: models-differ
    )
    with context.begin_transaction():
        context.run_migrations()
