"""The schema's history (Alembic): `dangvan migrate` runs it."""
