from datetime import date

import pytest

from tests import make
from tests.make import TODAY
from training.certificates.catalogue import VersionDetails


@pytest.fixture
def effects(db):
    from training.certificates import effects

    return effects


def rules(**changed):
    values = {"effective_from": date(2026, 12, 1), "validity_months": 48, "legal_basis": "新规定"}
    return VersionDetails(**values | changed)


async def test_what_new_rules_would_change_and_nothing_is_changed(world, effects):
    lift = await make.certificate_type("SE_A")

    found = await effects.effects(lift, rules(apply_deadline_days=30, reminder_days=(60,)), today=TODAY)
    again = await effects.effects(lift, rules(apply_deadline_days=30, reminder_days=(60,)), today=TODAY)

    assert found == again
    assert [(str(effect.before), str(effect.after), effect.count) for effect in found.changes] == [("due", "valid", 1)]
    assert found.untouched == 2


async def test_moved_dates_are_an_effect_too(world, effects):
    lift = await make.certificate_type("SE_A")

    found = await effects.effects(lift, rules(apply_deadline_days=60, reminder_days=(180,)), today=TODAY)

    assert [(str(effect.before), str(effect.after), effect.count) for effect in found.changes] == [
        ("due", "due", 1),
        ("in_process", "in_process", 1),
        ("valid", "valid", 1),
    ]
    assert found.untouched == 0


async def test_a_shorter_validity_lets_what_has_no_printed_end_expire(world, effects):
    from training.certificates import actions

    await make.certificate(world.people.he, "FIRST_AID_RC", issued_on=date(2024, 6, 1))
    first_aid = await make.certificate_type("FIRST_AID_RC")
    shorter = rules(effective_from=date(2024, 1, 1), validity_months=24)

    found = await effects.effects(first_aid, shorter, today=TODAY)
    await actions.add_version(first_aid, shorter, by=world.hr)

    assert [(str(effect.before), str(effect.after), effect.count) for effect in found.changes] == [
        ("valid", "expired", 1)
    ]
