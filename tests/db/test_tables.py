"""What holds for every table, whichever room it is in."""

import pytest
from piccolo.columns import ForeignKey, OnDelete

from training.db import DB
from training.piccolo_app import APP_CONFIG

KEYS = [key for table in APP_CONFIG.table_classes for key in table._meta.foreign_key_columns]

RULES = """
    SELECT conrelid::regclass::text AS of_table, conname, confdeltype::text AS deleted
    FROM pg_constraint
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key._meta.table._meta.tablename}.{key._meta.name}")
def test_a_foreign_key_restricts(key: ForeignKey) -> None:
    assert key._foreign_key_meta.on_delete is OnDelete.restrict


async def test_the_database_deletes_nothing_by_itself(db: None) -> None:
    rules = [dict(row) for row in await DB.rows(RULES)]

    assert len(rows := {(rule["of_table"], rule["conname"]) for rule in rules}) == len(KEYS), rows
    assert [rule for rule in rules if rule["deleted"] != "r"] == []
