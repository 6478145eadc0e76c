from dataclasses import dataclass
from datetime import date

import pytest

from training.certificates.recording import Paper, objections_to_recording, replacements, warnings_on_recording
from training.certificates.reference import built_in_types

TODAY = date(2026, 11, 24)
TYPES = {built_in.code: built_in for built_in in built_in_types()}


def objections(paper, *, foreign=False, duplicate=False):
    return [
        str(message) for message in objections_to_recording(paper, foreign=foreign, duplicate=duplicate, today=TODAY)
    ]


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        (Paper(1, issued_on=TODAY), []),
        (Paper(1, issued_on=date(2026, 11, 25)), ["The issue date 2026-11-25 is in the future."]),
        (Paper(1, issued_on=date(2026, 1, 2), expires_on=date(2026, 1, 2)), []),
        (
            Paper(1, issued_on=date(2026, 1, 2), expires_on=date(2026, 1, 1)),
            ["It ends on 2026-01-01, before it is issued on 2026-01-02."],
        ),
        (
            Paper(1, expires_on=date(2026, 1, 1), no_expiry=True),
            ["It cannot both end on 2026-01-01 and not expire."],
        ),
        (Paper(1, issued_on=date.min), ["0001-01-01 cannot be right: check the year."]),
        (Paper(1, expires_on=date.max), ["9999-12-31 cannot be right: check the year."]),
        (
            Paper(1, reviewed_on=date(2026, 11, 25)),
            ["2026-11-25 is in the future, so it cannot have happened yet."],
        ),
    ],
)
def test_objections_to_recording(paper, expected):
    assert objections(paper) == expected


def test_another_persons_certificate_is_not_recorded():
    assert objections(Paper(1), foreign=True) == ["The identity number in the certificate number is not the holder's."]


def test_the_same_certificate_is_not_recorded_twice():
    assert objections(Paper(1), duplicate=True) == [
        "This certificate is already recorded: same person, type, item and issue date."
    ]


@pytest.mark.parametrize(
    ("code", "paper", "taken", "expected"),
    [
        ("SO_ELEC_LV", Paper(1, number=" t11010519491231002x "), False, []),
        ("SO_ELEC_LV", Paper(1, number=""), False, []),
        ("SO_ELEC_LV", Paper(1, number="A123"), False, ["The number does not look like a number of this type."]),
        ("SE_A", Paper(1, number="TS6ABC"), False, []),
        (
            "FIRE_FACILITY_4_MON",
            Paper(1, number="1234567890123456"),
            True,
            ["Somebody else already holds a certificate of this type with this number."],
        ),
        ("SO_ELEC_LV", Paper(1, issued_on=date(2021, 3, 1), expires_on=date(2027, 3, 1)), False, []),
        (
            "SO_ELEC_LV",
            Paper(1, issued_on=date(2021, 3, 1), expires_on=date(2024, 2, 29)),
            False,
            ["The printed end 2024-02-29 is not the end by the rule, 2027-02-28; the printed one counts."],
        ),
        ("SECURITY_GUARD", Paper(1, issued_on=date(2021, 3, 1), expires_on=date(2024, 2, 29)), False, []),
    ],
)
def test_warnings_on_recording(code, paper, taken, expected):
    built_in = TYPES[code]

    found = warnings_on_recording(paper, built_in.versions, number_pattern=built_in.number_pattern, taken=taken)

    assert [str(message) for message in found] == expected


@dataclass(frozen=True)
class Link:
    id: int
    issued_on: date | None = None
    expires_on: date | None = None
    revoked_on: date | None = None


FIRST = Link(1, issued_on=date(2014, 5, 1))
SECOND = Link(2, issued_on=date(2020, 4, 20))
THIRD = Link(3, expires_on=date(2032, 4, 30))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_each_certificate_is_replaced_by_the_next_whatever_the_order_of_recording(order):
    links = [(FIRST, SECOND, THIRD)[index] for index in order]

    found = replacements(links, TYPES["SO_ELEC_LV"].versions)

    assert found == {1: (2, date(2020, 4, 20)), 2: (3, date(2026, 5, 1)), 3: None}


def test_a_revoked_certificate_replaces_nothing():
    revoked = Link(2, issued_on=date(2020, 4, 20), revoked_on=date(2021, 1, 1))

    assert replacements([FIRST, revoked], TYPES["SO_ELEC_LV"].versions) == {1: None, 2: None}


def test_a_certificate_without_any_date_replaces_nothing_and_is_replaced():
    unknown = Link(9)

    assert replacements([unknown, SECOND], TYPES["SO_ELEC_LV"].versions) == {9: (2, date(2020, 4, 20)), 2: None}
    assert replacements([unknown, Link(10)], TYPES["SO_ELEC_LV"].versions) == {9: None, 10: None}
