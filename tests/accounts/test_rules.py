"""Passwords, delays and the life of a sign-in, at their edges."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.access import Role, scope
from training.accounts import rules

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("fourteen chars", True),
        ("fifteen letters", False),
        ("一二三四五六七八九十山川河流", True),
        ("一二三四五六七八九十山川河流海", False),
        ("passwordpassword1", True),
        ("111111111111111", True),
        ("aaaaaaaaaaaaaaaa", True),
        ("2026202620262026!", True),
        ("zhoumin-zhoumin-1", True),
        ("x" * 20 + "y" * 108, False),
        ("x" * 20 + "y" * 109, True),
    ],
)
def test_objections_to_password(password: str, refused: bool) -> None:
    assert bool(rules.objections_to_password(password, names=["zhoumin", "周敏"])) is refused


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 2), (6, 4), (7, 8), (11, 128), (12, 256), (13, 300), (500, 300)]
)
def test_delays_grow_and_end(failures: int, seconds: int) -> None:
    assert rules.delay_after(failures) == timedelta(seconds=seconds)


def test_a_guesser_has_a_dozen_tries_in_five_minutes() -> None:
    at, failures = NOW, 0
    while at - NOW < timedelta(minutes=5):
        failures += 1
        at += rules.delay_after(failures)

    assert failures <= 12


@given(st.integers(0, 1000), st.integers(0, 10_000))
def test_a_delay_is_never_a_lock(failures: int, seconds: int) -> None:
    left = rules.wait_left(failures, NOW, NOW + timedelta(seconds=seconds))

    assert timedelta(0) <= left <= rules.LONGEST_DELAY
    assert seconds < 900 or left == timedelta(0)


@pytest.mark.parametrize(
    ("roles", "idle", "age", "lasts"),
    [
        ({Role.EMPLOYEE}, 30, 60, True),
        ({Role.EMPLOYEE}, 31, 60, False),
        ({Role.EMPLOYEE}, 1, 720, True),
        ({Role.EMPLOYEE}, 1, 721, False),
        ({Role.HR}, 15, 60, True),
        ({Role.HR}, 16, 60, False),
        ({Role.HR, Role.EMPLOYEE}, 1, 480, True),
        ({Role.AUDITOR}, 1, 481, False),
        ({Role.ADMINISTRATOR}, 16, 60, False),
    ],
)
def test_sign_in_lasts(roles: set[Role], idle: int, age: int, lasts: bool) -> None:
    created, seen = NOW - timedelta(minutes=age), NOW - timedelta(minutes=idle)

    assert rules.sign_in_lasts(created, seen, NOW, roles) is lasts


@pytest.mark.parametrize(
    ("roles", "managed", "reach"),
    [
        ({Role.HR}, [], None),
        ({Role.AUDITOR, Role.MANAGER}, [3], None),
        ({Role.MANAGER}, [3, 4], frozenset({3, 4})),
        ({Role.MANAGER}, [], frozenset()),
        ({Role.EMPLOYEE}, [3], frozenset()),
        ({Role.ADMINISTRATOR}, [3], frozenset()),
        (set(), [], frozenset()),
    ],
)
def test_scope(roles: set[Role], managed: list[int], reach: frozenset[int] | None) -> None:
    assert scope(roles, managed) == reach


@pytest.mark.parametrize(
    ("typed", "stored", "fine"),
    [
        (" ZhouMin ", "zhoumin", True),
        ("Ａ０００１", "a0001", True),
        ("周敏", "周敏", False),
        ("a", "a", False),
        ("", "", False),
    ],
)
def test_username(typed: str, stored: str, fine: bool) -> None:
    assert rules.username_from(typed) == stored
    assert (rules.objections_to_username(stored) == []) is fine
