"""The template environment: strict, escaped, in the visitor's language, with a few names every template may use."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from training.access import ROLE_NAMES, Role
from training.journal.rules import DEEDS, FACTS, SUBJECTS
from training.web.kit import looks
from training.web.kit.languages import choices, latin, masked_name, masked_number, masked_phone, spoken
from training.web.kit.shell import form_token
from training.words import Message, Named

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "training" / "web" / "static"

# A changed filter makes these meaningless: they point into the old list.
_PLACES_IN_A_LIST = ("after", "before", "page")


@cache
def static(path: str) -> str:
    """The address of a file of ours, which changes with its content so that browsers may keep it for ever."""
    file = STATIC / path
    if not file.is_file():
        return f"/static/{path}"
    return f"/static/{path}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


def with_query(query: Any, **changes: object) -> str:
    """The query string with some parameters changed: `with_query(query, status="due")` is `?q=x&status=due`.

    `query` is the request's query parameters or any mapping. None and "" take a parameter away; so does any
    change to where in the list one was.
    """
    left_out = {*changes, *_PLACES_IN_A_LIST}
    pairs = [(name, value) for name, value in _pairs(query) if name not in left_out]
    pairs += [(name, str(value)) for name, value in changes.items() if value not in (None, "")]
    return f"?{urlencode(pairs)}"


def _pairs(query: Any) -> Iterable[tuple[str, str]]:
    if hasattr(query, "multi_items"):
        pairs: Iterable[tuple[str, str]] = query.multi_items()
        return pairs
    return [(name, str(value)) for name, value in query.items() if value not in (None, "")]


def words(message: object) -> str:
    """Whatever a person may read: a Message or a Named in the visitor's language, any other value as it is."""
    if isinstance(message, Message):
        return spoken().words(message)
    if isinstance(message, Named):
        return spoken().named(message)
    return str(message)


def sentences(value: object) -> str:
    """One message or several, as running text."""
    if isinstance(value, list | tuple) and not isinstance(value, Named):
        return ("" if spoken().chinese else " ").join(words(message) for message in value)
    return words(value)


def _spoken(write: Callable[..., str]) -> Callable[..., str]:
    """A filter that depends on the visitor: marked so that Jinja does not work it out while compiling."""

    @pass_context
    def filter_(_context: Context, *values: Any, **options: Any) -> str:
        return write(*values, **options)

    return filter_


def _day(day: date | None) -> str:
    return spoken().day(day)


def _short_day(day: date) -> str:
    return spoken().short_day(day)


def _spoken_day(day: date, today: date) -> str:
    return spoken().spoken_day(day, today=today)


def _weekday(day: date) -> str:
    return spoken().weekday(day)


def _month(day: date) -> str:
    return spoken().month(day)


def _month_of_year(day: date) -> str:
    return spoken().month_of_year(day)


def _clock(moment: time | datetime) -> str:
    return spoken().clock(moment)


def _moment(moment: datetime | None) -> str:
    return spoken().moment(moment)


def _number(number: float | None) -> str:
    return spoken().number(number)


def _left(until: date, today: date) -> str:
    return spoken().left(until, today=today)


def _span(first: date, last: date) -> str:
    return spoken().span(first, last)


def _or_nothing(value: object) -> str:
    return spoken().nothing if value is None or value == "" else words(value)


def _typed_weekday(typed: str) -> str:
    """The weekday of a date as a form holds it, or nothing while it is no date."""
    try:
        return spoken().weekday(date.fromisoformat(typed))
    except ValueError:
        return ""


@cache
def icon(name: str, extra: str = "") -> Markup:
    """An icon of the sprite. A function and not a macro, since every page has dozens."""
    shape = Markup('<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>')
    return shape.format(f" {extra}" if extra else "", static("vendor/icons.svg"), name)


def _sentence(text: str, **facts: object) -> Markup:
    """What `_` is in templates: a sentence in the visitor's language, in which only the facts are escaped."""
    sentence = Markup(spoken().gettext(text))  # noqa: S704  # our own words, from our own catalogues
    return sentence % facts if "%" in sentence else sentence


def _gettext(text: str) -> str:
    return spoken().gettext(text)


def _ngettext(text: str, plural: str, count: int) -> str:
    return spoken().ngettext(text, plural, count)


def _role_name(role: Role) -> str:
    return words(ROLE_NAMES[role])


def _deed(action: str) -> str:
    return words(DEEDS.get(action, action))


def _subject_name(subject: str) -> str:
    return words(SUBJECTS.get(subject, subject))


def _fact_name(name: str) -> str:
    return words(FACTS.get(name, name))


FILTERS: Mapping[str, Callable[..., str]] = {
    "day": _day,
    "short_day": _short_day,
    "spoken_day": _spoken_day,
    "weekday": _weekday,
    "month": _month,
    "month_of_year": _month_of_year,
    "clock": _clock,
    "moment": _moment,
    "number": _number,
    "left": _left,
    "words": words,
    "sentences": sentences,
    "role_name": _role_name,
    "deed": _deed,
    "subject_name": _subject_name,
    "fact_name": _fact_name,
    "typed_weekday": _typed_weekday,
    "or_nothing": _or_nothing,
}


def environment(**more: object) -> Environment:
    """The environment all pages are rendered with; `more` are further names every template may use."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]  # by the extension
    made.filters |= {name: _spoken(write) for name, write in FILTERS.items()}
    made.filters |= {"latin": latin, "masked_number": masked_number, "masked_phone": masked_phone}
    made.filters |= {"masked_name": masked_name}
    made.globals |= {
        "_": _sentence,
        "drawn_icon": icon,
        "static": static,
        "with_query": with_query,
        "span": _span,
        "language": spoken,
        "languages": choices,
        "form_token": form_token,
        "look": looks.look,
        **more,
    }
    return made
