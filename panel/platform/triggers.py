"""The database's own refusal to change or delete insert-only rows, on SQLite and PostgreSQL alike.

Installed again after every migrate (SQLite drops triggers when it rebuilds a table). Every process that serves or sweeps
asks `missing()` first and refuses to start without them. UPDATE, TRUNCATE and REPLACE never pass; DELETE passes only for a
row that a two-person `Disposal` names.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

DISPOSAL_TABLE = "panel_disposal"


def insert_only_models() -> list[type[models.Model]]:
    """Every installed model that declares itself insert-only."""
    return [model for model in apps.get_models() if getattr(model, "insert_only", False)]


def _unique_sets(model: type[models.Model]) -> Iterator[list[Any]]:
    """Column sets that are unique: what INSERT OR REPLACE would silently delete by."""
    for field in model._meta.concrete_fields:
        if field.unique:
            yield [field.column]
    for constraint in model._meta.constraints:
        if (
            isinstance(constraint, models.UniqueConstraint)
            and constraint.fields
            and constraint.condition is None
        ):
            fields: list[Any] = [model._meta.get_field(name) for name in constraint.fields]
            yield [field.column for field in fields]


def _sqlite(model: type[models.Model]) -> dict[str, str]:
    table = model._meta.db_table
    pk = model._meta.pk.column
    clash = " OR ".join(
        'EXISTS (SELECT 1 FROM "{t}" WHERE {same})'.format(
            t=table, same=" AND ".join(f'"{column}" = NEW."{column}"' for column in columns)
        )
        for columns in _unique_sets(model)
    )
    return {
        f"{table}_no_update": (
            f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, 'insert-only: {table}'); END"
        ),
        f"{table}_no_delete": (
            f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" '
            f'WHEN NOT EXISTS (SELECT 1 FROM "{DISPOSAL_TABLE}" WHERE "table" = \'{table}\' AND "row" = OLD."{pk}") '
            f"BEGIN SELECT RAISE(ABORT, 'insert-only: {table}'); END"
        ),
        # REPLACE would delete the older row without asking the delete trigger, so the insert itself is refused.
        f"{table}_no_replace": (
            f'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}" WHEN {clash} '
            f"BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: insert-only {table}'); END"
        ),
    }


_PG_FUNCTION = f"""
CREATE OR REPLACE FUNCTION panel_insert_only() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF EXISTS (SELECT 1 FROM "{DISPOSAL_TABLE}" d WHERE d."table" = TG_TABLE_NAME AND d."row" = OLD.id) THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'insert-only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $body$
"""


def _postgresql(model: type[models.Model]) -> dict[str, str]:
    table = model._meta.db_table
    return {
        f"{table}_no_change": (
            f'CREATE TRIGGER "{table}_no_change" BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION panel_insert_only()"
        ),
        f"{table}_no_truncate": (
            f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION panel_insert_only()"
        ),
    }


def wanted(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    """Every trigger this database must have: name to (table, statement)."""
    make = _sqlite if connection.vendor == "sqlite" else _postgresql
    return {
        name: (model._meta.db_table, statement)
        for model in insert_only_models()
        for name, statement in make(model).items()
    }


def installed(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The triggers the database has now: name to definition (definitions on SQLite only)."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname, '' FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        return dict(cursor.fetchall())


def missing(using: str = "default") -> list[str]:
    """Names of triggers that ought to be there and are not, or that say something else."""
    connection = connections[using]
    have = installed(connection)
    return sorted(
        name
        for name, (_, statement) in wanted(connection).items()
        if name not in have or (have[name] and have[name] != statement)
    )


def install(using: str = "default") -> None:
    """Put every trigger in place, replacing any that is there. Tables not migrated yet are left for the next time."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if DISPOSAL_TABLE not in tables:
            return
        if connection.vendor == "postgresql":
            cursor.execute(_PG_FUNCTION)
        for name, (table, statement) in wanted(connection).items():
            if table not in tables:
                continue
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')
            cursor.execute(statement)


def install_after_migrate(using: str, **_: Any) -> None:
    """`post_migrate` receiver."""
    install(using)
