"""The rules of taking on, moving and letting go."""

from datetime import date, timedelta
from typing import NamedTuple

import pytest

from training.people import rules
from training.people.rules import IdentityKind

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


class Stay(NamedTuple):
    site: int = 1
    position: int = 1
    starts_on: date | None = date(2024, 3, 1)
    ends_on: date | None = None


def said(objections):
    return [str(objection) for objection in objections]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("于 海涛", "于海涛"),
        ("ＹＨＴ", "yht"),
        (" Yu Haitao ", "yuhaitao"),
        ("lü", "lv"),
        ("买买提・吐", "买买提·吐"),
        ("１１９６", "1196"),
        ("\u3000", ""),
    ],
)
def test_searched(typed, expected):
    assert rules.searched(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("110105194912310029", True),
        ("T110105194912310029", True),
        ("１１０１０５１９４９１２３１００２Ｘ", True),
        ("110105 19491231 0029", True),
        ("13800001402", True),
        ("138 0000 1402", True),
        ("A0001", False),
        ("20210818001", False),
        ("1402", False),
        ("于海涛", False),
    ],
)
def test_looks_like_number(typed, expected):
    assert rules.looks_like_number(typed) is expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("138 0000-1402", "13800001402"), ("+86 (10) 8888 1234", "+861088881234"), ("１３８00001402", "13800001402")],
)
def test_phone_number(typed, expected):
    assert rules.phone_number(typed) == expected


@pytest.mark.parametrize(
    ("number", "expected"), [("13800001402", "138****1402"), ("88881234", "******34"), ("12", "12"), ("", "")]
)
def test_mask_phone(number, expected):
    assert rules.mask_phone(number) == expected


@pytest.mark.parametrize(("number", "refused"), [("", False), ("12345", False), ("1234", True), ("139x", True)])
def test_objections_to_phone(number, refused):
    assert bool(rules.objections_to_phone(number)) is refused


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("于海涛", []),
        ("", ["A name is needed."]),
        ("于海涛2", ["A name has no digits. Put notes into the remark."]),
    ],
)
def test_objections_to_name(name, expected):
    assert said(rules.objections_to_name(name)) == expected


@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        (IdentityKind.RESIDENT_ID, "110105194912310029", []),  # its check digit is wrong: a warning, not a refusal
        (IdentityKind.RESIDENT_ID, "", ["The number is needed."]),
        (IdentityKind.PASSPORT, "E12345678", []),
        (
            IdentityKind.PASSPORT,
            "护照一二三四五",
            ["An identity number has only digits and letters, 5 to 20 of them."],
        ),
        (
            IdentityKind.RESIDENT_ID,
            "1.10105E+17",
            ["A spreadsheet cut this number short. Type it from the document itself."],
        ),
        (IdentityKind.NONE, "", []),
        (
            IdentityKind.NONE,
            "E12345678",
            ["Choose whether this is a resident identity number or a passport number."],
        ),
    ],
)
def test_objections_to_identity(kind, number, expected):
    assert said(rules.objections_to_identity(kind, number)) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(1949, 12, 31), ["1949-12-31 is too long ago."]),
        (date(1950, 1, 1), []),
        (TODAY + timedelta(days=366), []),
        (TODAY + timedelta(days=367), ["2027-11-26 is more than a year ahead."]),
    ],
)
def test_objections_to_day(day, expected):
    assert said(rules.objections_to_day(day, TODAY)) == expected


@pytest.mark.parametrize(
    ("latest", "starts_on", "expected"),
    [
        (None, TODAY, []),
        (Stay(), date(2024, 3, 2), []),
        (
            Stay(),
            date(2024, 3, 1),
            ["The latest assignment is from 2024-03-01: the new one begins later, or the latest is corrected."],
        ),
        (Stay(starts_on=None), date(1950, 1, 1), []),
        (Stay(site=2, position=2), TODAY, ["They already work there in this position."]),
        (Stay(ends_on=TODAY), TODAY + DAY, []),
        (Stay(ends_on=TODAY), TODAY, ["They are somewhere else until 2026-11-24."]),
    ],
)
def test_objections_to_moving(latest, starts_on, expected):
    objections = rules.objections_to_moving(
        latest=latest, site=2, position=2, starts_on=starts_on, left_on=None, today=TODAY
    )

    assert said(objections) == expected


def test_nobody_who_left_is_moved():
    objections = rules.objections_to_moving(
        latest=None, site=2, position=2, starts_on=TODAY, left_on=TODAY, today=TODAY
    )

    assert said(objections) == ["This person left on 2026-11-24. Take them back first."]


BEFORE = Stay(starts_on=date(2020, 1, 1), ends_on=date(2024, 2, 29))


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        ([Stay(), BEFORE], []),
        ([Stay()], ["There is no move to take back."]),
        ([], ["There is no move to take back."]),
        ([Stay(starts_on=date(2024, 3, 2)), BEFORE], ["There is no move to take back."]),
        ([Stay(ends_on=TODAY), BEFORE], ["There is no move to take back."]),
    ],
)
def test_objections_to_undoing_move(stays, expected):
    assert said(rules.objections_to_undoing_move(stays, left_on=None)) == expected


@pytest.mark.parametrize(
    ("starts_on", "before", "adjoins", "expected"),
    [
        (None, None, False, []),
        (None, BEFORE, True, ["Say when it began: there was another assignment before."]),
        (date(2020, 1, 2), BEFORE, True, []),
        (
            date(2020, 1, 1),
            BEFORE,
            True,
            ["It cannot begin before 2020-01-01 is over: there was another assignment then."],
        ),
        (date(2024, 3, 1), BEFORE, False, []),
        (
            date(2024, 2, 29),
            BEFORE,
            False,
            ["It cannot begin before 2024-02-29 is over: there was another assignment then."],
        ),
    ],
)
def test_objections_to_beginning(starts_on, before, adjoins, expected):
    assert said(rules.objections_to_beginning(starts_on, before=before, adjoins=adjoins, today=TODAY)) == expected


@pytest.mark.parametrize(
    ("last_day", "facts", "expected"),
    [
        (TODAY, {}, []),
        (TODAY, {"left_on": TODAY - DAY}, ["This person already left, on 2026-11-23."]),
        (TODAY, {"hired_on": TODAY}, []),
        (TODAY - DAY, {"hired_on": TODAY}, ["They were hired on 2026-11-24, after that."]),
        (TODAY - DAY, {"began_on": TODAY}, ["Their present assignment began on 2026-11-24, after that."]),
        (TODAY, {"began_on": TODAY}, []),
    ],
)
def test_objections_to_leaving(last_day, facts, expected):
    known = {"left_on": None, "hired_on": None, "began_on": None, **facts}

    assert said(rules.objections_to_leaving(last_day=last_day, today=TODAY, **known)) == expected


@pytest.mark.parametrize(
    ("left_on", "starts_on", "expected"),
    [
        (None, TODAY, ["This person has not left."]),
        (TODAY - DAY, TODAY, []),
        (TODAY, TODAY, ["They left on 2026-11-24: they can begin again on a later day."]),
    ],
)
def test_objections_to_rehiring(left_on, starts_on, expected):
    assert said(rules.objections_to_rehiring(left_on=left_on, starts_on=starts_on, today=TODAY)) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, []),
        (1, ["1 person is still there or will be. Move them first."]),
        (2, ["2 people are still there or will be. Move them first."]),
    ],
)
def test_objections_to_retiring(count, expected):
    assert said(rules.objections_to_retiring(count)) == expected


@pytest.mark.parametrize(("reason", "refused"), [("", True), ("  ", True), ("police filing", False)])
def test_objections_to_revealing(reason, refused):
    assert bool(rules.objections_to_revealing(reason)) is refused
