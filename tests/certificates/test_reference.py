import re
from datetime import date

from training.certificates.reference import built_in_types
from training.certificates.rules import BEGINNING

TYPES = {built_in.code: built_in for built_in in built_in_types()}


def test_there_are_44_built_in_types_each_with_rules_from_the_beginning_or_a_day_on():
    assert len(TYPES) == 44
    for built_in in TYPES.values():
        starts = [version.effective_from for version in built_in.versions]
        assert starts == sorted(set(starts))
        assert starts[0] in {BEGINNING, date(2010, 7, 1)}


def test_special_operations_share_the_two_orders():
    special = [built_in for built_in in TYPES.values() if built_in.category == "special_operations"]

    assert len(special) == 7
    for built_in in special:
        assert [(v.effective_from, v.validity_months, v.review_interval_months) for v in built_in.versions] == [
            (date(2010, 7, 1), 72, 36),
            (date(2026, 6, 1), 72, 0),
        ]
        assert built_in.versions[0].reminder_days == (180, 90, 60, 30, 7, 0)


def test_every_type_names_its_law_and_its_confidence():
    for built_in in TYPES.values():
        assert built_in.confidence in {"high", "medium", "low"}
        assert all(version.legal_basis for version in built_in.versions)
        re.compile(built_in.number_pattern)


def test_what_is_rarely_met_is_not_offered():
    assert {code for code, built_in in TYPES.items() if not built_in.active} == {
        "FIRE_ENGINEER_1",
        "SE_N1",
        "SE_Q2",
        "HEALTH_PUBLIC",
        "LIFEGUARD",
    }
