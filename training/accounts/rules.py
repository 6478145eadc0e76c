"""Passwords worth having, how long a sign-in lasts, and how long to wait after wrong ones."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from training.access import Role
from training.words import Message, say

MIN_LENGTH = 15  # NIST SP 800-63B-4: fifteen where a password stands alone
MAX_LENGTH = 128
ACTIVATION_LASTS = timedelta(hours=72)
IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)  # a working shift
OFFICE_IDLE, OFFICE_ABSOLUTE = timedelta(minutes=15), timedelta(hours=8)
OFFICE_ROLES = frozenset({Role.HR, Role.AUDITOR, Role.ADMINISTRATOR})
SIGN_INS_KEPT = timedelta(days=90)  # what is known of their browsers and addresses, too
FREE_FAILURES = 4  # wrong passwords before the first delay
LONGEST_DELAY = timedelta(minutes=5)
FORGIVEN_AFTER = timedelta(minutes=15)
PLACE_IS_KNOWN = timedelta(days=30)  # after a sign-in from there
COMMON_CORES = frozenset(
    [
        *("password", "passw", "qwerty", "qwertyuiop", "asdfgh", "letmein", "welcome", "admin", "administrator"),
        *("iloveyou", "monkey", "dragon", "sunshine", "princess", "football", "baseball", "woaini", "chizheng"),
        *("training", "property", "wuye", "secret", "changeme", "default", "test", "guest", "user"),
        *("持证", "物业", "密码", "我爱你", "北京", "物业管理", "管理员", "用户", "测试"),
    ]
)


def normalised(password: str) -> str:
    """The password as it is hashed: NFC, nothing cut, nothing trimmed."""
    return unicodedata.normalize("NFC", password)


def objections_to_password(password: str, *, names: Iterable[str]) -> list[Message]:
    """Why this password will not do. `names` are the words an attacker tries first: user name, name, company, sites."""
    text = normalised(password)
    if len(text) < MIN_LENGTH:
        return [
            say("A password has at least {length} characters. A short sentence is easy to remember.", length=MIN_LENGTH)
        ]
    if len(text) > MAX_LENGTH:
        return [say("A password has at most {length} characters.", length=MAX_LENGTH)]
    if _core(text) in COMMON_CORES | {_core(name) for name in names if name} | {""}:
        return [say("This password is among the first that anybody would try. Choose a sentence of your own.")]
    return []


def _core(text: str) -> str:
    """What is left of a password without digits, punctuation, and repetition."""
    letters = re.sub(r"[\W\d_]+", "", text.lower())
    for size in range(1, len(letters) // 2 + 1):
        if len(letters) % size == 0 and letters[:size] * (len(letters) // size) == letters:
            return letters[:size] if size > 1 else ""
    return letters


def delay_after(failures: int, *, free: int = FREE_FAILURES) -> timedelta:
    """How long to wait after so many failures in a row: nothing at first, then doubling, never for good."""
    if failures <= free:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - free, 10)), LONGEST_DELAY)


def wait_left(failures: int, last_at: datetime, now: datetime, *, free: int = FREE_FAILURES) -> timedelta:
    """How much of the delay is still to be waited; failures are forgiven after a quarter of an hour's rest."""
    if now - last_at >= FORGIVEN_AFTER:
        return timedelta(0)
    return max(last_at + delay_after(failures, free=free) - now, timedelta(0))


def failure_keys(username: str, address: str, *, known_place: bool) -> dict[str, int]:
    """What failures are counted by, each with the number that costs nothing.

    A whole office shares one address, so an address is given more. An account attacked from everywhere slows down
    everywhere, except where its owner has signed in before: an attack must not lock the owner out.
    """
    keys = {f"here:{username}@{address}": FREE_FAILURES, f"address:{address}": 5 * FREE_FAILURES}
    return keys if known_place else keys | {f"account:{username}": 2 * FREE_FAILURES}


def sign_in_lasts(created_at: datetime, seen_at: datetime, now: datetime, roles: Iterable[Role]) -> bool:
    """Whether a sign-in still holds: a shift for most, an office day for those who see or change everything."""
    office = bool(OFFICE_ROLES & set(roles))
    idle, absolute = (OFFICE_IDLE, OFFICE_ABSOLUTE) if office else (IDLE, ABSOLUTE)
    return now - seen_at <= idle and now - created_at <= absolute


def username_from(text: str) -> str:
    """A user name as stored: NFKC, lower case, no spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def objections_to_username(username: str) -> list[Message]:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._@-]{1,59}", username):
        return [say("A user name has 2 to 60 letters, digits, dots, hyphens or underscores.")]
    return []
