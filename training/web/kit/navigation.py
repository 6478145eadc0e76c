"""Where each person can go: the navigation, from what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from training.access import Permission
from training.words import Message, say


@dataclass(frozen=True, slots=True)
class Item:
    icon: str
    label: Message
    url: str
    current: bool
    count: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Items under a heading; the first group has none."""

    heading: Message | None
    items: tuple[Item, ...]


class Visitor(Protocol):
    """Whoever looks at the page."""

    def may(self, permission: Permission) -> bool: ...


class _Place(NamedTuple):
    icon: str
    label: Message
    url: str
    permission: Permission


_PLACES: tuple[tuple[Message | None, tuple[_Place, ...]], ...] = (
    (
        None,
        (
            _Place("layout-dashboard", say("Dashboard"), "/work", Permission.SEE_WORK),
            _Place("id-card", say("My certificates"), "/me", Permission.OWN_RECORD),
        ),
    ),
    (
        say("People and certificates"),
        (
            _Place("clipboard-list", say("Renewals"), "/renewals", Permission.SEE_CERTIFICATES),
            _Place("users", say("People"), "/people", Permission.SEE_PEOPLE),
            _Place("award", say("Certificates"), "/certificates", Permission.SEE_CERTIFICATES),
        ),
    ),
    (
        say("Training and exams"),
        (
            _Place("calendar-days", say("Sessions"), "/sessions", Permission.SEE_TRAINING),
            _Place("graduation-cap", say("Courses"), "/courses", Permission.SEE_TRAINING),
            _Place("clipboard-check", say("Results"), "/results", Permission.SEE_RESULTS),
        ),
    ),
    (
        say("Manage"),
        (
            _Place("building-2", say("Sites"), "/sites", Permission.SEE_SITES),
            _Place("hard-hat", say("Positions"), "/positions", Permission.SEE_SITES),
            _Place("badge-check", say("Certificate types"), "/certificate-types", Permission.SEE_TYPES),
            _Place("file-up", say("Import"), "/imports", Permission.IMPORT),
            _Place("history", say("Journal"), "/journal", Permission.SEE_JOURNAL),
            _Place("user-cog", say("Accounts"), "/accounts", Permission.MANAGE_ACCOUNTS),
        ),
    ),
)

_ACCOUNT = _Place("user-round", say("Me"), "/account", Permission.SIGNED_IN)

# On a phone: the first of these that the person may see, and their own account last.
_BOTTOM = ("/work", "/me", "/renewals", "/people", "/sessions", "/results", "/certificates", "/journal")
_BOTTOM_ROOM = 4


def navigation(visitor: Visitor, *, path: str, counts: Mapping[str, int] | None = None) -> tuple[Group, ...]:
    """The sidebar: only places the visitor may enter, with the count of each where one is given by address."""
    shown = counts or {}
    groups = []
    for heading, places in _PLACES:
        items = tuple(_item(place, path, shown.get(place.url)) for place in places if visitor.may(place.permission))
        if items:
            groups.append(Group(heading, items))
    return tuple(groups)


def bottom(visitor: Visitor, *, path: str) -> tuple[Item, ...]:
    """The bar at the bottom of a phone: five places at most."""
    places = {place.url: place for _, group in _PLACES for place in group}
    seen = [places[url] for url in _BOTTOM if visitor.may(places[url].permission)][:_BOTTOM_ROOM]
    return tuple(_item(place, path, None) for place in [*seen, _ACCOUNT])


def _item(place: _Place, path: str, count: int | None) -> Item:
    current = path == place.url or path.startswith(f"{place.url}/")
    return Item(place.icon, place.label, place.url, current, count)
