"""Rules in plain words, and examples of what they come to."""

from datetime import date

import pytest

from training.certificates import plain
from training.certificates.catalogue import VersionDetails
from training.certificates.reference import built_in_types

TYPES = {built_in.code: built_in for built_in in built_in_types()}


def rules(**numbers: int | bool | tuple[int, ...]) -> VersionDetails:
    given = {"validity_months": 72, "legal_basis": "", **numbers}
    return VersionDetails(effective_from=date(2020, 1, 1), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("version", "validity", "reviews"),
    [
        (rules(validity_months=0), "No expiry", "No review"),
        (rules(validity_months=12), "1 year", "No review"),
        (rules(validity_months=72), "6 years", "No review"),
        (rules(validity_months=6), "6 months", "No review"),
        (rules(validity_months=1), "1 month", "No review"),
        (rules(validity_months=72, review_interval_months=36), "6 years", "Every 3 years"),
        (rules(validity_months=48, review_interval_months=48), "4 years", "The renewal is the review"),
        (rules(validity_months=0, review_interval_months=24), "No expiry", "Every 2 years"),
    ],
)
def test_validity_and_reviews_in_a_few_words(version, validity, reviews):
    assert (str(plain.validity(version)), str(plain.reviews(version))) == (validity, reviews)


def test_every_clock_is_a_sentence():
    version = rules(
        review_interval_months=36,
        renewal_window_days=60,
        apply_deadline_days=30,
        reminder_days=(30, 90),
        grace_days=1,
        keeps_anniversary=False,
    )

    assert [str(sentence) for sentence in plain.in_words(version)] == [
        "Valid for 6 years, counted from the day of issue.",
        "Reviewed every 3 years.",
        "Applications open 60 days before it is due.",
        "An application must be in 30 days before it is due.",
        "Reminders so many days before: 90 / 30.",
        "1 day of grace after its end.",
        "A new validity begins on the day of renewal.",
    ]


@pytest.mark.parametrize(
    ("code", "issued_on", "expected"),
    [
        (
            "SO_ELEC_LV",
            date(2024, 2, 29),
            [
                "Issued on 2024-02-29, it is valid through 2030-02-27.",
                "The next step: applications open on 2029-12-29; apply by 2030-02-27.",
            ],
        ),
        (
            "SO_ELEC_LV",
            date(2021, 3, 1),
            [
                "Issued on 2021-03-01, it is valid through 2027-02-28.",
                "It is to be reviewed by 2024-03-01.",
                "The next step: applications open on 2024-01-01; apply by 2024-03-01.",
            ],
        ),
        (
            "SE_A",
            date(2024, 2, 29),
            [
                "Issued on 2024-02-29, it is valid through 2028-02-28.",
                "The next step: applications open on 2027-11-30; apply by 2028-01-29.",
            ],
        ),
        ("SECURITY_GUARD", date(2024, 2, 29), ["Issued on 2024-02-29, it does not expire."]),
    ],
)
def test_examples_by_the_built_in_rules(code, issued_on, expected):
    assert [str(sentence) for sentence in plain.example(issued_on, TYPES[code].versions).says] == expected


def test_an_example_with_reviews_for_ever_names_the_first_three():
    example = plain.example(date(2020, 2, 29), [rules(validity_months=0, review_interval_months=24)])

    assert example.reviews == (date(2022, 2, 28), date(2024, 2, 29), date(2026, 2, 28))
    assert [str(sentence) for sentence in example.says] == [
        "Issued on 2020-02-29, it does not expire.",
        "It is to be reviewed by 2022-02-28, 2024-02-29, 2026-02-28 and so on.",
        "The next step: apply by 2022-02-28.",
    ]


def test_every_category_and_status_in_use_has_its_words():
    assert {one.category for one in TYPES.values()} <= set(plain.CATEGORY_WORDS)
    assert {one.status for one in TYPES.values()} <= set(plain.STATUS_WORDS)
    assert {field for one in TYPES.values() for field in one.uncertain_fields} <= set(plain.FIELD_WORDS)
