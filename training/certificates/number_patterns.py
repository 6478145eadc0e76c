"""How the numbers of a type look: a small part of regular expressions, in which no number takes long to compare."""

import re

from training.people.rules import normal
from training.words import Message, say

LONGEST_PATTERN = 200
LONGEST_NUMBER = 80
MOST_REPEATS = 3  # of no fixed length: with more of them, comparing a number could take minutes
MOST_GROUPS = 3
MOST_BRANCHES = 12

_TOKEN = re.compile(
    r"""
    (?P<anchor>[\^$])
    | (?P<open>\(\?:)
    | (?P<bar>\|)
    | (?P<close>\))
    | (?P<repeat>\{[0-9]{1,2}(?:,[0-9]{0,2})?\}|[*+?])
    | (?P<atom>\\[dDwWsS.\-/\\()\[\]{}+*?|^$]|\[\^?(?:[^\[\]\\^]|\\[dDwWsS.\-/\\])+\]|[^\\\[\](){}|^$*+?])
    """,
    re.VERBOSE,
)


def objections_to_pattern(pattern: str) -> list[Message]:
    """Why the numbers of a type cannot be described so; empty when they can."""
    if len(pattern) > LONGEST_PATTERN:
        return [say("A number pattern has at most {most} characters.", most=LONGEST_PATTERN)]
    if (kinds := _kinds(pattern)) is None:
        return [say("A number pattern is made of characters, sets such as [A-Z], repeats and groups (?:A|B) alone.")]
    return _objections_to_size(kinds)


def fits(pattern: str, number: str) -> bool:
    """Whether a whole number looks as the pattern says; any does where there is no pattern."""
    plain = normal(number)
    return not pattern or (len(plain) <= LONGEST_NUMBER and re.fullmatch(pattern, plain) is not None)


def _kinds(pattern: str) -> list[str] | None:
    """What the pattern is made of, in order; None where it is not of ours."""
    kinds: list[str] = []
    at = 0
    while at < len(pattern):
        found = _TOKEN.match(pattern, at)
        if not found or found.lastgroup is None:
            return None
        kind = found.lastgroup
        if kind == "repeat":
            text = found[0]
            before = kinds[-1] if kinds else ""
            if before != "atom" and not (before == "close" and text == "?"):
                return None
            kind = "fixed" if re.fullmatch(r"\{[0-9]+\}", text) else "repeat"
        kinds.append(kind)
        at = found.end()
    try:
        re.compile(pattern)
    except (re.error, OverflowError):
        return None
    return kinds


def _objections_to_size(kinds: list[str]) -> list[Message]:
    if kinds.count("repeat") > MOST_REPEATS:
        return [say("A number pattern repeats at most {most} things any number of times.", most=MOST_REPEATS)]
    if kinds.count("open") > MOST_GROUPS or kinds.count("bar") > MOST_BRANCHES:
        return [
            say(
                "A number pattern has at most {groups} groups and {branches} alternatives.",
                groups=MOST_GROUPS,
                branches=MOST_BRANCHES,
            )
        ]
    return []
