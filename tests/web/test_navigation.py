"""Each role is led only where it may go."""

import pytest

from training.access import Actor, Role
from training.web.kit.navigation import bottom, navigation


def visitor(*roles: Role) -> Actor:
    return Actor(account=1, person=1, name="周敏", roles=frozenset(roles), sites=None)


@pytest.mark.parametrize(
    ("role", "places"),
    [
        (Role.EMPLOYEE, ["/me"]),
        (Role.EXAMINER, ["/results"]),
        (
            Role.MANAGER,
            [
                "/work",
                "/renewals",
                "/people",
                "/certificates",
                "/sessions",
                "/courses",
                "/sites",
                "/positions",
                "/certificate-types",
            ],
        ),
        (Role.ADMINISTRATOR, ["/sites", "/positions", "/certificate-types", "/journal", "/accounts"]),
    ],
)
def test_navigation(role, places):
    groups = navigation(visitor(role), path="/")

    assert [item.url for group in groups for item in group.items] == places


def test_the_place_one_is_in_is_marked_and_counted():
    groups = navigation(visitor(Role.MANAGER), path="/people/7", counts={"/renewals": 73})
    items = [item for group in groups for item in group.items]

    assert [item.url for item in items if item.current] == ["/people"]
    assert {item.url: item.count for item in items if item.count is not None} == {"/renewals": 73}


@pytest.mark.parametrize(
    ("roles", "places"),
    [
        ((Role.EMPLOYEE,), ["/me", "/account"]),
        ((Role.MANAGER,), ["/work", "/renewals", "/people", "/sessions", "/account"]),
        ((Role.HR, Role.EMPLOYEE), ["/work", "/me", "/renewals", "/people", "/account"]),
    ],
)
def test_bottom_has_five_places_at_most(roles, places):
    assert [item.url for item in bottom(visitor(*roles), path="/")] == places
