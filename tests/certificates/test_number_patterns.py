"""What may be said about numbers, and that saying it never takes long."""

from time import perf_counter

import pytest

from training.certificates.number_patterns import fits, objections_to_pattern
from training.certificates.reference import built_in_types

UNKNOWN = ["A number pattern is made of characters, sets such as [A-Z], repeats and groups (?:A|B) alone."]
BOUNDLESS = ["A number pattern repeats at most 3 things any number of times."]


def objections(pattern: str) -> list[str]:
    return [str(message) for message in objections_to_pattern(pattern)]


@pytest.mark.parametrize("pattern", sorted({one.number_pattern for one in built_in_types()}))
def test_built_in_patterns_are_of_our_kind(pattern):
    assert objections(pattern) == []


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", []),
        (r"(?:TS)?\d{6}", []),
        (r"京[A-Z]{2}-\d{4}", []),
        ("(", UNKNOWN),
        ("[z-a]", UNKNOWN),
        ("(a+)+$", UNKNOWN),
        ("(?:a+)+", UNKNOWN),
        ("(?:ab){3}", UNKNOWN),
        ("(?=a)", UNKNOWN),
        (r"(a)\1", UNKNOWN),
        (r"a{1,999}", UNKNOWN),
        ("a**", UNKNOWN),
        ("(?i)a", UNKNOWN),
        (r".*.*.*.*", BOUNDLESS),
        ("(?:a|b)" * 4, ["A number pattern has at most 3 groups and 12 alternatives."]),
        ("a" * 201, ["A number pattern has at most 200 characters."]),
    ],
)
def test_objections_to_pattern(pattern, expected):
    assert objections(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "number", "expected"),
    [
        ("", "anything", True),
        (r"^\d{4}$", "1234", True),
        (r"^\d{4}$", " １２３４ ", True),
        (r"^\d{4}$", "12345", False),
        (r"^T\d{17}[\dX]$", "t11010519491231002x", True),
        (r"\S*", "1" * 81, False),
    ],
)
def test_fits(pattern, number, expected):
    assert fits(pattern, number) is expected


@pytest.mark.parametrize("pattern", [r"\S*\S*\S*x", r"(?:a|a)(?:a|a)(?:a|a)\S*\S*\S*x", r".{1,80}.{1,80}.{1,80}x"])
def test_no_pattern_of_ours_takes_long(pattern):
    assert objections(pattern) == []

    begun = perf_counter()
    fits(pattern, "a" * 80)

    assert perf_counter() - begun < 0.5
