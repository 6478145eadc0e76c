from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.calendar import add_months
from training.certificates.reference import BuiltInVersion, built_in_types
from training.certificates.rules import (
    BEGINNING,
    WORST_FIRST,
    Judgement,
    Standing,
    computed_end,
    horizon,
    judge,
    last_valid_day,
    pending_review,
    renewed_until,
    reviewed_apart,
    version_at,
)

DAY = timedelta(days=1)
TYPES = {built_in.code: built_in for built_in in built_in_types()}
SPECIAL_OPERATIONS = TYPES["SO_ELEC_LV"].versions
SPECIAL_EQUIPMENT = TYPES["SE_A"].versions
FIRE = TYPES["FIRE_FACILITY_4_MON"].versions
LIFEGUARD = TYPES["LIFEGUARD"].versions
YEARLY = (
    BuiltInVersion(
        effective_from=BEGINNING,
        validity_months=12,
        review_interval_months=0,
        renewal_window_days=30,
        apply_deadline_days=0,
        reminder_days=(60, 30),
        grace_days=10,
        keeps_anniversary=True,
        legal_basis="",
        confidence="high",
    ),
)


@dataclass(frozen=True)
class Held:
    issued_on: date | None = None
    expires_on: date | None = None
    expires_precision: str = "day"
    no_expiry: bool = False
    review_due_on: date | None = None
    reviewed_on: date | None = None
    in_process_on: date | None = None
    suspended_on: date | None = None
    revoked_on: date | None = None
    superseded_on: date | None = None


def standing(held, versions, today):
    return judge(held, versions, today).standing


def said(judgement: Judgement) -> list[str]:
    return [str(message) for message in judgement.because]


@pytest.mark.parametrize(
    ("today", "unreviewed", "reviewed"),
    [
        (date(2023, 6, 1), Standing.VALID, Standing.VALID),
        (date(2023, 9, 2), Standing.VALID, Standing.VALID),
        (date(2023, 9, 3), Standing.DUE, Standing.DUE),
        (date(2024, 1, 15), Standing.DUE, Standing.VALID),
        (date(2024, 3, 1), Standing.DUE, Standing.VALID),
        (date(2024, 3, 2), Standing.NEEDS_VERIFICATION, Standing.VALID),
        (date(2026, 5, 31), Standing.NEEDS_VERIFICATION, Standing.VALID),
        (date(2026, 6, 1), Standing.NEEDS_VERIFICATION, Standing.VALID),
        (date(2026, 8, 31), Standing.NEEDS_VERIFICATION, Standing.VALID),
        (date(2026, 9, 1), Standing.NEEDS_VERIFICATION, Standing.DUE),
        (date(2027, 2, 28), Standing.NEEDS_VERIFICATION, Standing.DUE),
        (date(2027, 3, 1), Standing.EXPIRED, Standing.EXPIRED),
    ],
)
def test_low_voltage_certificate_of_2021_03_01(today, unreviewed, reviewed):
    held = Held(issued_on=date(2021, 3, 1))

    assert standing(held, SPECIAL_OPERATIONS, today) == unreviewed
    assert standing(replace(held, reviewed_on=date(2024, 1, 10)), SPECIAL_OPERATIONS, today) == reviewed


@pytest.mark.parametrize(
    ("issued_on", "review", "today", "expected"),
    [
        (date(2023, 5, 31), date(2026, 5, 31), date(2026, 5, 31), Standing.DUE),
        (date(2023, 5, 31), date(2026, 5, 31), date(2026, 6, 1), Standing.NEEDS_VERIFICATION),
        (date(2023, 6, 1), None, date(2026, 5, 31), Standing.VALID),
        (date(2023, 6, 1), None, date(2026, 6, 1), Standing.VALID),
        (date(2023, 6, 1), None, date(2026, 6, 2), Standing.VALID),
        (date(2026, 6, 1), None, date(2029, 6, 2), Standing.VALID),
    ],
)
def test_reviews_due_from_2026_06_01_on_no_longer_exist(issued_on, review, today, expected):
    held = Held(issued_on=issued_on)

    assert pending_review(held, SPECIAL_OPERATIONS, today)[0] == review
    assert standing(held, SPECIAL_OPERATIONS, today) == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [(date(2026, 5, 31), Standing.NEEDS_VERIFICATION), (date(2026, 6, 1), Standing.VALID)],
)
def test_a_printed_review_counts_only_while_the_law_asks_for_it(printed, expected):
    held = Held(issued_on=date(2023, 6, 10), expires_on=date(2029, 6, 9), review_due_on=printed)

    assert standing(held, SPECIAL_OPERATIONS, date(2026, 7, 1)) == expected


def test_a_printed_review_wins_over_the_computed_one():
    held = Held(issued_on=date(2021, 3, 1), review_due_on=date(2024, 6, 30))

    assert pending_review(held, SPECIAL_OPERATIONS, date(2024, 3, 2))[0] == date(2024, 6, 30)
    assert standing(held, SPECIAL_OPERATIONS, date(2024, 6, 30)) == Standing.DUE
    assert standing(held, SPECIAL_OPERATIONS, date(2024, 7, 1)) == Standing.NEEDS_VERIFICATION


@pytest.mark.parametrize(
    ("reviewed_on", "today", "expected"),
    [
        (date(2024, 3, 1) - timedelta(days=181), date(2024, 3, 2), Standing.NEEDS_VERIFICATION),
        (date(2024, 3, 1) - timedelta(days=180), date(2024, 3, 2), Standing.VALID),
        (date(2024, 5, 1), date(2024, 4, 30), Standing.NEEDS_VERIFICATION),
        (date(2024, 5, 1), date(2024, 5, 1), Standing.VALID),
    ],
)
def test_a_review_counts_from_180_days_before_its_day_and_from_the_day_it_is_done(reviewed_on, today, expected):
    held = Held(issued_on=date(2021, 3, 1), reviewed_on=reviewed_on)

    assert standing(held, SPECIAL_OPERATIONS, today) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2025, 2, 27), Standing.DUE),
        (date(2025, 2, 28), Standing.DUE),
        (date(2025, 3, 1), Standing.DUE),
        (date(2025, 3, 2), Standing.EXPIRED),
    ],
)
def test_the_review_of_special_equipment_is_its_renewal(today, expected):
    held = Held(issued_on=date(2021, 3, 2))

    assert pending_review(held, SPECIAL_EQUIPMENT, today) == (None, [])
    assert standing(held, SPECIAL_EQUIPMENT, today) == expected


def test_special_equipment_applies_a_month_before_its_end():
    held = Held(expires_on=date(2026, 12, 31))

    before = judge(held, SPECIAL_EQUIPMENT, date(2026, 12, 1))
    after = judge(held, SPECIAL_EQUIPMENT, date(2026, 12, 2))

    assert before.act_by == after.act_by == date(2026, 12, 1)
    assert (before.standing, after.standing) == (Standing.DUE, Standing.DUE)
    assert str(before.next_action) == "Renew it: apply by 2026-12-01."
    assert str(after.next_action) == (
        "The last day to apply was 2026-12-01: apply at once, or the exam must be taken anew."
    )
    assert "An application must be in 30 days before 2026-12-31, by 2026-12-01." in said(after)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 7, 3), Standing.VALID),
        (date(2026, 7, 4), Standing.DUE),
        (date(2026, 10, 1), Standing.DUE),
        (date(2026, 12, 31), Standing.DUE),
        (date(2027, 1, 1), Standing.EXPIRED),
    ],
)
def test_a_certificate_is_due_from_its_first_reminder_through_its_last_day(today, expected):
    assert standing(Held(expires_on=date(2026, 12, 31)), SPECIAL_EQUIPMENT, today) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 3, 31), Standing.DUE),
        (date(2026, 4, 1), Standing.GRACE),
        (date(2026, 4, 10), Standing.GRACE),
        (date(2026, 4, 11), Standing.EXPIRED),
    ],
)
def test_grace_is_its_own_standing_and_certifies_nobody(today, expected):
    assert standing(Held(issued_on=date(2025, 4, 1)), YEARLY, today) == expected
    assert not Standing.GRACE.certified


@pytest.mark.parametrize(
    ("held", "today", "expected"),
    [
        (Held(no_expiry=True), date(2026, 1, 1), Standing.NO_EXPIRY),
        (Held(issued_on=date(2001, 1, 1)), date(2026, 1, 1), Standing.NO_EXPIRY),
        (Held(), date(2026, 1, 1), Standing.NO_EXPIRY),
        (Held(expires_on=date(2026, 1, 1)), date(2026, 1, 1), Standing.DUE),
        (Held(expires_on=date(2026, 1, 1)), date(2026, 1, 2), Standing.EXPIRED),
        (Held(issued_on=date(2020, 1, 1), review_due_on=date(2023, 1, 1)), date(2026, 1, 1), Standing.NO_EXPIRY),
    ],
)
def test_lifetime_types_end_only_when_an_end_is_printed(held, today, expected):
    assert standing(held, FIRE, today) == expected


@pytest.mark.parametrize(
    ("reviewed_on", "today", "review", "expected"),
    [
        (None, date(2022, 1, 10), date(2022, 1, 10), Standing.DUE),
        (None, date(2022, 1, 11), date(2022, 1, 10), Standing.NEEDS_VERIFICATION),
        (date(2022, 1, 5), date(2022, 1, 11), date(2024, 1, 10), Standing.VALID),
        (date(2022, 1, 5), date(2024, 1, 11), date(2024, 1, 10), Standing.NEEDS_VERIFICATION),
        (date(2023, 9, 1), date(2024, 1, 11), date(2026, 1, 10), Standing.VALID),
    ],
)
def test_a_type_without_end_is_reviewed_again_and_again(reviewed_on, today, review, expected):
    held = Held(issued_on=date(2020, 1, 10), reviewed_on=reviewed_on)

    assert judge(held, LIFEGUARD, today).due_on == review
    assert standing(held, LIFEGUARD, today) == expected


@pytest.mark.parametrize(
    ("held", "versions", "expected"),
    [
        (Held(), SPECIAL_OPERATIONS, Standing.NEEDS_VERIFICATION),
        (Held(), LIFEGUARD, Standing.NEEDS_VERIFICATION),
        (Held(review_due_on=date(2027, 6, 1)), LIFEGUARD, Standing.VALID),
        (Held(review_due_on=date(2027, 6, 1)), SPECIAL_EQUIPMENT, Standing.NEEDS_VERIFICATION),
        (Held(), FIRE, Standing.NO_EXPIRY),
    ],
)
def test_without_any_date_only_what_never_ends_needs_no_verification(held, versions, expected):
    assert standing(held, versions, date(2026, 1, 1)) == expected


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"revoked_on": date(2026, 5, 1)}, Standing.REVOKED),
        ({"superseded_on": date(2026, 5, 1)}, Standing.SUPERSEDED),
        ({"suspended_on": date(2026, 5, 1)}, Standing.SUSPENDED),
        ({"in_process_on": date(2026, 5, 1)}, Standing.IN_PROCESS),
    ],
)
def test_what_happens_counts_from_its_day_on(event, expected):
    held = Held(expires_on=date(2026, 6, 30), **event)

    assert standing(held, SPECIAL_EQUIPMENT, date(2026, 4, 30)) == Standing.DUE
    assert standing(held, SPECIAL_EQUIPMENT, date(2026, 5, 1)) == expected
    assert standing(held, SPECIAL_EQUIPMENT, date(2026, 5, 2)) == expected


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        (["revoked_on", "superseded_on", "suspended_on", "in_process_on"], Standing.REVOKED),
        (["superseded_on", "suspended_on", "in_process_on"], Standing.SUPERSEDED),
        (["suspended_on", "in_process_on"], Standing.SUSPENDED),
        (["in_process_on"], Standing.EXPIRED),
        ([], Standing.EXPIRED),
    ],
)
def test_the_gravest_event_decides(gone, expected):
    held = Held(expires_on=date(2025, 1, 1), **dict.fromkeys(gone, date(2024, 1, 1)))

    assert standing(held, SPECIAL_EQUIPMENT, date(2026, 1, 1)) == expected


def test_renewal_under_way_holds_only_until_the_end():
    held = Held(expires_on=date(2026, 6, 30), in_process_on=date(2026, 6, 1))

    assert standing(held, SPECIAL_EQUIPMENT, date(2026, 6, 30)) == Standing.IN_PROCESS
    assert standing(held, SPECIAL_EQUIPMENT, date(2026, 7, 1)) == Standing.EXPIRED


def test_a_certificate_is_not_held_before_it_is_issued():
    held = Held(issued_on=date(2026, 6, 1))

    assert standing(held, FIRE, date(2026, 5, 31)) == Standing.NEEDS_VERIFICATION
    assert standing(held, FIRE, date(2026, 6, 1)) == Standing.NO_EXPIRY


def test_only_what_holds_certifies():
    assert {standing for standing in Standing if standing.certified} == {
        Standing.VALID,
        Standing.DUE,
        Standing.IN_PROCESS,
        Standing.NO_EXPIRY,
    }
    assert set(WORST_FIRST) == set(Standing)


@pytest.mark.parametrize(
    ("held", "end", "why"),
    [
        (
            Held(issued_on=date(2021, 3, 1), expires_on=date(2027, 3, 1)),
            date(2027, 3, 1),
            "It is valid through 2027-03-01, as printed on it.",
        ),
        (
            Held(expires_on=date(2027, 2, 28), expires_precision="month"),
            date(2027, 2, 28),
            "Only the month of its end is printed, so it is valid through the last day of it, 2027-02-28.",
        ),
        (
            Held(issued_on=date(2024, 2, 29)),
            date(2030, 2, 27),
            "No end is printed: issued on 2024-02-29 for 72 months, it is valid through 2030-02-27.",
        ),
        (Held(no_expiry=True), None, "It is printed on the certificate that it does not expire."),
        (Held(), None, "Neither the day it ends nor the day it was issued is known."),
    ],
)
def test_last_valid_day_says_why(held, end, why):
    found, because = last_valid_day(held, SPECIAL_OPERATIONS)

    assert (found, str(because)) == (end, why)


@pytest.mark.parametrize(
    ("issued_on", "months", "end"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 27)),
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
        (date(2024, 2, 29), 48, date(2028, 2, 28)),
        (date(2026, 11, 25), 12, date(2027, 11, 24)),
        (date(2025, 12, 31), 1, date(2026, 1, 30)),
    ],
)
def test_an_end_is_counted_in_calendar_months(issued_on, months, end):
    versions = (replace(YEARLY[0], validity_months=months),)

    assert computed_end(issued_on, versions) == end


def test_the_reasons_carry_the_dates_the_arithmetic_and_the_law():
    judgement = judge(Held(issued_on=date(2021, 3, 1)), SPECIAL_OPERATIONS, date(2024, 3, 2))

    assert said(judgement) == [
        "No review is recorded by 2024-03-01, so it may have lapsed.",
        "No end is printed: issued on 2021-03-01 for 72 months, it is valid through 2027-02-28.",
        "Issued on 2021-03-01, it is to be reviewed after 36 months, by 2024-03-01.",
        "The rule, since 2010-07-01, is in 总局令第30号 第十九条、第二十一条、第二十二条、第二十三条.",
    ]
    assert str(judgement.next_action) == (
        "Check it at the authority's official site and record the review, or renew it."
    )


def test_the_reasons_say_that_a_review_was_abolished():
    judgement = judge(Held(issued_on=date(2023, 7, 1)), SPECIAL_OPERATIONS, date(2026, 7, 2))

    assert said(judgement) == [
        "1094 days are left until its end.",
        "No end is printed: issued on 2023-07-01 for 72 months, it is valid through 2029-06-30.",
        "The review of 2026-07-01 no longer exists: since 2026-06-01 应急管理部令第19号 asks for none.",
        "The rule, since 2026-06-01, is in 应急管理部令第19号.",
    ]


@pytest.mark.parametrize("code", TYPES)
def test_every_built_in_type_around_its_boundaries(code):
    versions = TYPES[code].versions
    issued_on = date(2026, 6, 15)
    held = Held(issued_on=issued_on)
    end = computed_end(issued_on, versions)

    assert standing(held, versions, issued_on - DAY) == Standing.NEEDS_VERIFICATION
    if code == "LIFEGUARD":
        review = date(2028, 6, 15)
        assert standing(held, versions, review) == Standing.DUE
        assert standing(held, versions, review + DAY) == Standing.NEEDS_VERIFICATION
    elif end is None:
        assert standing(held, versions, issued_on) == Standing.NO_EXPIRY
        assert standing(held, versions, date(2126, 6, 15)) == Standing.NO_EXPIRY
    else:
        due_from = end - horizon(version_at(versions, end))
        assert end == add_months(issued_on, TYPES[code].versions[-1].validity_months) - DAY
        assert standing(held, versions, due_from - DAY) == Standing.VALID
        assert standing(held, versions, due_from) == Standing.DUE
        assert standing(held, versions, end - DAY) == Standing.DUE
        assert standing(held, versions, end) == Standing.DUE
        assert standing(held, versions, end + DAY) == Standing.EXPIRED


@pytest.mark.parametrize(
    ("renewed_on", "expected"),
    [
        (date(2026, 11, 30), date(2027, 12, 31) - timedelta(days=32)),
        (date(2026, 12, 1), date(2027, 12, 31)),
        (date(2026, 12, 31), date(2027, 12, 31)),
        (date(2027, 1, 1), date(2027, 12, 31)),
        (date(2027, 3, 15), date(2028, 3, 14)),
    ],
)
def test_renewing_in_the_window_keeps_the_anniversary(renewed_on, expected):
    assert renewed_until(date(2026, 12, 31), renewed_on, YEARLY[0]) == expected


def test_renewing_starts_anew_where_the_rules_say_so():
    anew = replace(YEARLY[0], keeps_anniversary=False)

    assert renewed_until(date(2026, 12, 31), date(2026, 12, 15), anew) == date(2027, 12, 14)
    assert renewed_until(date(2026, 12, 31), date(2026, 12, 15), FIRE[0]) is None


def test_version_at_takes_the_first_for_what_is_older_than_all():
    assert version_at(SPECIAL_OPERATIONS, date(1999, 1, 1)) == SPECIAL_OPERATIONS[0]
    assert version_at(SPECIAL_OPERATIONS, date(2026, 5, 31)) == SPECIAL_OPERATIONS[0]
    assert version_at(SPECIAL_OPERATIONS, date(2026, 6, 1)) == SPECIAL_OPERATIONS[1]


DAYS = st.dates(date(2005, 1, 1), date(2040, 12, 31))
MAYBE = st.none() | DAYS


@st.composite
def versions_of_a_type(draw):
    starts = sorted({BEGINNING, *draw(st.lists(DAYS, max_size=2))})
    return tuple(
        BuiltInVersion(
            effective_from=start,
            validity_months=draw(st.sampled_from([0, 1, 6, 12, 36, 72])),
            review_interval_months=draw(st.sampled_from([0, 0, 12, 24, 36])),
            renewal_window_days=draw(st.sampled_from([0, 30, 90])),
            apply_deadline_days=draw(st.sampled_from([0, 30])),
            reminder_days=tuple(draw(st.lists(st.sampled_from([0, 7, 60, 180]), max_size=3))),
            grace_days=draw(st.sampled_from([0, 15])),
            keeps_anniversary=draw(st.booleans()),
            legal_basis=draw(st.sampled_from(["", "总局令第30号"])),
            confidence="high",
        )
        for start in starts
    )


@st.composite
def holdings(draw, *, events: bool = True):
    no_expiry = draw(st.booleans())
    return Held(
        issued_on=draw(MAYBE),
        expires_on=None if no_expiry else draw(MAYBE),
        no_expiry=no_expiry,
        review_due_on=draw(MAYBE),
        reviewed_on=draw(MAYBE) if events else None,
        in_process_on=draw(MAYBE) if events else None,
        suspended_on=draw(MAYBE) if events else None,
        revoked_on=draw(MAYBE) if events else None,
        superseded_on=draw(MAYBE) if events else None,
    )


DECLINE = [
    {Standing.NO_EXPIRY, Standing.VALID},
    {Standing.DUE},
    {Standing.NEEDS_VERIFICATION},
    {Standing.GRACE},
    {Standing.EXPIRED},
]


@given(held=holdings(events=False), versions=versions_of_a_type(), today=DAYS, days=st.integers(0, 4000))
def test_standing_never_improves_as_days_pass_without_an_event(held, versions, today, days):
    today = max(today, held.issued_on or today)
    before = standing(held, versions, today)
    after = standing(held, versions, today + timedelta(days=days))

    steps = [next(step for step, level in enumerate(DECLINE) if found in level) for found in (before, after)]
    assert steps == sorted(steps)


@given(held=holdings(), versions=versions_of_a_type(), today=DAYS)
def test_every_judgement_has_its_reasons(held, versions, today):
    judgement = judge(held, versions, today)

    assert len(judgement.because) >= 3
    assert all(str(message) for message in judgement.because)
    if not judgement.standing.certified and judgement.standing != Standing.SUPERSEDED:
        assert judgement.next_action is not None
    if judgement.due_on and judgement.ends_on:
        assert judgement.due_on <= judgement.ends_on


@given(held=holdings(events=False), versions=versions_of_a_type(), done=DAYS, today=DAYS)
def test_a_review_recorded_late_equals_one_recorded_on_time(held, versions, done, today):
    """What is known as of a day depends on when it was done, not on when it was written down."""
    later = replace(held, reviewed_on=done)

    assert judge(later, versions, today) == judge(held if today < done else later, versions, today)


@given(issued=DAYS, months=st.integers(1, 120))
def test_validity_is_whole_months_less_a_day(issued, months):
    end = computed_end(issued, (replace(YEARLY[0], validity_months=months),))

    assert end is not None
    assert end + DAY == add_months(issued, months)


@given(issued=DAYS, early=st.integers(0, 30), months=st.sampled_from([1, 6, 12, 72]), keeps=st.booleans())
def test_renewing_early_never_shortens(issued, early, months, keeps):
    version = replace(YEARLY[0], validity_months=months, keeps_anniversary=keeps)
    end = computed_end(issued, (version,))
    assert end is not None

    renewed_on = max(issued, end - timedelta(days=early))
    until = renewed_until(end, renewed_on, version)

    assert until is not None
    assert until >= end
    assert until >= add_months(renewed_on, months) - DAY


@given(version=versions_of_a_type().map(lambda versions: versions[0]))
def test_a_review_as_long_as_the_validity_is_the_renewal(version):
    same = replace(version, validity_months=24, review_interval_months=24)

    assert not reviewed_apart(same)
