"""What surrounds every page: who is signed in, where they can go, how they like it. Filled once per request."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

from training.web.kit.navigation import Group, Item
from training.words import Message

THEMES = ("auto", "light", "dark")

_CSRF: ContextVar[str] = ContextVar("csrf", default="")


@dataclass(frozen=True, slots=True)
class Flash:
    """A line that is shown once, after something was done. `undo` is the address that takes it back."""

    text: Message
    undo: str = ""
    tint: str = "ok"


@dataclass(frozen=True, slots=True)
class Shell:
    """The template variable `shell` of every page. `actor` is "" for a visitor who is not signed in."""

    actor: str = ""
    actor_pinyin: str = ""
    groups: tuple[Group, ...] = ()
    bottom: tuple[Item, ...] = ()
    home: str = "/"
    # The path of the page, and the query it was asked with: menus that change one parameter keep the others.
    path: str = "/"
    form_page: str = ""  # the path of the page with the form, where a posted form is answered with a page
    query: Mapping[str, str] = field(default_factory=dict)
    theme: str = "auto"
    # Where the search box leads; "" hides it. The palette's part is `search` with `?part=palette`.
    search: str = ""
    as_of: str = ""
    # Whether the page answers a form, and so has no address of its own to be read again from.
    answers: bool = False
    flashes: tuple[Flash, ...] = ()


def form_token() -> str:
    """The token of the request being answered, for forms and the page's meta element."""
    return _CSRF.get()


def set_form_token(token: str) -> None:
    """For a middleware that learns the token after the request has begun."""
    _CSRF.set(token)
