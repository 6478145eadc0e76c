"""Every page as people see it: nothing for axe to find, nothing wider than its window, no error in the console."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import overflow, signed_in, violations

OFFICE = [
    "/work",
    "/renewals",
    "/people",
    "/people/new",
    "{person}",
    "/certificates",
    "/certificate-types",
    "/certificate-types/new",
    "/certificate-types/SO_ELEC_LV",
    "/certificate-types/SO_ELEC_LV/edit",
    "/certificate-types/SO_ELEC_LV/rules/new",
    "{person}/certificates/new",
    "/sessions",
    "/sessions/new",
    "/courses",
    "/results",
    "/sites",
    "/positions",
    "/imports",
    "/journal",
    "/accounts",
    "/accounts/new",
    "/accounts/invitations",
    "/account",
    "/help",
    "/search?q=l",
]
LOOKS = [
    ("desktop", "zh-Hans", "light"),
    ("desktop", "en", "dark"),
    ("phone", "zh-Hans", "dark"),
    ("phone", "en", "light"),
]


def _checked(page: Any, addresses: list[str]) -> list[str]:
    wrong = []
    for address in addresses:
        answer = page.goto(address)
        found = violations(page)
        if answer.status != 200 or found or overflow(page) > 0:
            wrong.append(f"{address}: {answer.status}, {overflow(page)} too wide, {found}")
    return wrong


def _first(page: Any, list_address: str, pattern: str) -> str:
    """The address of the first thing on a list."""
    page.goto(list_address)
    return str(page.locator(pattern).first.get_attribute("href"))


@pytest.mark.parametrize(("size", "language", "theme"), LOOKS)
def test_office(visitor: Callable[..., Any], world_address: str, size: str, language: str, theme: str) -> None:
    page = signed_in(visitor(world_address, size, language, theme), "hr")
    person = _first(page, "/people", "#people tbody th a")
    own = [
        _first(page, "/sessions?when=past", "main a[href^='/sessions/']:not([href*='new'])"),
        _first(page, "/certificates", "main tbody a[href^='/certificates/']"),
        _first(page, "/sites", "main tbody a[href^='/sites/']"),
        _first(page, "/courses", "main a[href^='/courses/']:not([href*='new'])"),
    ]

    addresses = [address.replace("{person}", person) for address in OFFICE]
    assert _checked(page, addresses + own) == []


@pytest.mark.parametrize(("size", "language", "theme"), [LOOKS[0], LOOKS[3]])
@pytest.mark.parametrize(
    ("username", "addresses"),
    [
        ("manager", ["/work", "/renewals", "/people"]),
        ("examiner", ["/results", "/account"]),
        ("a0001", ["/me", "/help", "/account"]),
        ("auditor", ["/work", "/journal", "/certificates"]),
        ("admin", ["/accounts", "/certificate-types"]),
    ],
)
def test_others(
    visitor: Callable[..., Any],
    world_address: str,
    size: str,
    language: str,
    theme: str,
    username: str,
    addresses: list[str],
) -> None:
    page = signed_in(visitor(world_address, size, language, theme), username)

    assert _checked(page, addresses) == []


@pytest.mark.parametrize(("size", "language", "theme"), LOOKS)
def test_public(visitor: Callable[..., Any], world_address: str, size: str, language: str, theme: str) -> None:
    page = visitor(world_address, size, language, theme)

    assert _checked(page, ["/sign-in", "/styleguide"]) == []


def test_the_grammar_of_a_page_without_scripts(visitor: Callable[..., Any], world_address: str) -> None:
    page = signed_in(visitor(world_address), "hr")
    for address in OFFICE[:4]:
        page.goto(address)
        assert page.locator("script:not([src])").count() == 0
        assert page.locator("[style]").count() == 0
