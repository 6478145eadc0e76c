"""The interface languages: which one a visitor reads, its words and its formats."""

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from training import settings
from training.words import Message, Named

LOCALES = Path(__file__).parents[3] / "locales"
NAMES = {"zh-Hans": "简体中文", "en": "English"}


class ConflictingTranslation(Exception):
    """Two catalogues translate one sentence differently."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its words, and how it writes dates, numbers and names. Instants are shown in the company's zone."""

    code: str
    catalogue: gettext.NullTranslations
    zone: ZoneInfo

    @property
    def chinese(self) -> bool:
        return self.code.startswith("zh")

    @property
    def _locale(self) -> str:
        return self.code.replace("-", "_")

    def gettext(self, text: str) -> str:
        return self.catalogue.gettext(text)

    def ngettext(self, text: str, plural: str, count: int) -> str:
        return self.catalogue.ngettext(text, plural, count)

    def words(self, message: Message) -> str:
        """The sentence in this language, with its facts as this language writes them."""
        if message.plural:
            sentence = self.ngettext(message.text, message.plural, message.count)
        else:
            sentence = self.gettext(message.text)
        return sentence.format(**{name: self._fact(fact) for name, fact in message.facts.items()})

    def named(self, name: Named | str) -> str:
        """A name from reference data; a plain string stands as it is."""
        if isinstance(name, Named):
            return name.zh if self.chinese else name.en or name.zh
        return name

    def _fact(self, fact: object) -> str:
        match fact:
            case Message():
                return self.words(fact)
            case Named():
                return self.named(fact)
            case date():
                return self.day(fact)
            case float():
                return self.number(fact)
            case _:
                # Not grouped: a bare whole number in a sentence may be a year.
                return str(fact)

    @property
    def nothing(self) -> str:
        """What stands where there is no value."""
        return "--" if self.chinese else "—"

    def day(self, day: date | None) -> str:
        """A date in a table: 2026-12-17, 17 Dec 2026."""
        if day is None:
            return self.nothing
        day = self._local(day)
        return day.isoformat() if self.chinese else f"{day.day} {format_date(day, 'MMM y', locale='en')}"

    def short_day(self, day: date) -> str:
        """A date whose year is plain from its surroundings: 12-17, 17 Dec."""
        day = self._local(day)
        return f"{day:%m-%d}" if self.chinese else f"{day.day} {format_date(day, 'MMM', locale='en')}"

    def spoken_day(self, day: date, *, today: date) -> str:
        """A date in a sentence; the year is said when it is not this one: 12 月 17 日，周四; Thursday, 17 December."""
        day = self._local(day)
        this_year = day.year == today.year
        if self.chinese:
            return ("" if this_year else f"{day.year} 年 ") + f"{day.month} 月 {day.day} 日，{self.weekday(day)}"
        return format_date(day, "EEEE, d MMMM" if this_year else "EEEE, d MMMM y", locale="en")

    def span(self, first: date, last: date) -> str:
        """From a day to a day: 2026-12-03 ～ 12-05, 3–5 Dec 2026."""
        if first == last:
            return self.day(first)
        if self.chinese:
            return f"{self.day(first)} ～ {self.short_day(last) if first.year == last.year else self.day(last)}"
        if first.year != last.year:
            return f"{self.day(first)} – {self.day(last)}"
        if first.month != last.month:
            return f"{self.short_day(first)} – {self.day(last)}"
        return f"{first.day}–{self.day(last)}"

    def clock(self, moment: time | datetime) -> str:
        """The time of day: 09:00."""
        if isinstance(moment, datetime):
            moment = moment.astimezone(self.zone)
        return f"{moment:%H:%M}"

    def moment(self, moment: datetime | None) -> str:
        """An instant in a table: 2026-12-17 09:12, 17 Dec 2026 09:12."""
        return self.nothing if moment is None else f"{self.day(moment)} {self.clock(moment)}"

    def weekday(self, day: date) -> str:
        """周四, Thu."""
        return format_date(self._local(day), "EEE", locale=self._locale)

    def month(self, day: date) -> str:
        """12月, Dec."""
        return f"{day.month}月" if self.chinese else format_date(day, "MMM", locale="en")

    def month_of_year(self, day: date) -> str:
        """2026 年 12 月, Dec 2026."""
        return f"{day.year} 年 {day.month} 月" if self.chinese else format_date(day, "MMM y", locale="en")

    def left(self, until: date, *, today: date) -> str:
        """How long until the last valid day is over: 还剩 23 天, today, 5 days overdue, 1y 5m left."""
        days = (until - today).days
        if days < 0:
            return self.ngettext("%(count)s day overdue", "%(count)s days overdue", -days) % {"count": -days}
        if days == 0:
            return self.gettext("Last day today")
        if days <= 365:
            return self.ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}
        months = (until.year - today.year) * 12 + until.month - today.month - (until.day < today.day)
        years, months = divmod(months, 12)
        if months:
            return self.gettext("%(years)sy %(months)sm left") % {"years": years, "months": months}
        return self.gettext("%(years)sy left") % {"years": years}

    def number(self, number: float | None) -> str:
        """1,203 and 0.5; two decimals at most."""
        if number is None:
            return self.nothing
        return f"{number:,.2f}".rstrip("0").rstrip(".") if isinstance(number, float) else f"{number:,}"

    def person(self, name: str, pinyin: str) -> str:
        """A person's name: 于海涛; in English `Yu Haitao 于海涛`, because pinyin alone is ambiguous."""
        return name if self.chinese or not pinyin else f"{latin(pinyin)} {name}"

    def _local(self, day: date) -> date:
        return day.astimezone(self.zone).date() if isinstance(day, datetime) else day


def latin(pinyin: str) -> str:
    """Stored pinyin as a name, family name first: `yu haitao` is Yu Haitao."""
    return " ".join(part.capitalize() for part in pinyin.split())


def masked_number(number: str) -> str:
    """A certificate's number with its middle hidden: T110****4821."""
    return f"{number[:4]}****{number[-4:]}" if len(number) > 8 else f"****{number[-4:]}" if len(number) > 4 else "****"


def masked_phone(number: str) -> str:
    """138 **** 1402."""
    return f"{number[:3]} **** {number[-4:]}" if len(number) > 7 else "****"


def masked_name(name: str) -> str:
    """于*涛, 单*."""
    return f"{name[:1]}*{name[2:]}" if len(name) > 2 else f"{name[:1]}*"


def merged(folder: Path) -> gettext.NullTranslations:
    """All catalogues of a folder as one. Raises ConflictingTranslation where two of them disagree."""
    catalogue = Catalog(locale="zh_Hans_CN")
    origin: dict[object, str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_Hans_CN", abort_invalid=True):
                if not message.id or message.fuzzy or not message.string:
                    continue
                known = catalogue.get(message.id, message.context)
                if known and known.string != message.string:
                    raise ConflictingTranslation(f"{message.id!r} in {origin[message.id]} and {path.name}")
                origin[message.id] = path.name
                catalogue.add(message.id, message.string, context=message.context)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def language(code: str) -> Language:
    """A language by its code; the company's own for a code we do not speak."""
    return _loaded(code if code in NAMES else settings.current().language)


@cache
def _loaded(code: str) -> Language:
    folder = LOCALES / code.replace("-", "_") / "LC_MESSAGES"
    catalogue = gettext.NullTranslations() if code == "en" else merged(folder)
    return Language(code, catalogue, settings.current().time_zone)


def negotiated(*wishes: str | None, accept: str = "", default: str = "zh-Hans") -> str:
    """The first of a visitor's wishes that we speak, else their browser's, else the default."""
    for wish in wishes:
        if wish in NAMES:
            return wish
    for tag in _by_preference(accept):
        primary = tag.partition("-")[0]
        if primary == "zh":
            return "zh-Hans"
        if primary == "en":
            return "en"
    return default


def _by_preference(accept: str) -> list[str]:
    ranked: list[tuple[float, str]] = []
    for part in accept.lower().split(",")[:20]:
        tag, _, weight = part.partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if quality > 0:
            ranked.append((-quality, tag.strip()))
    return [tag for _, tag in sorted(ranked, key=lambda pair: pair[0])]


# A context variable, and not a template variable, because macros imported without context cannot see the latter.
# Every request is a task of its own, so two visitors never share it.
_SPOKEN: ContextVar[Language | None] = ContextVar("language", default=None)


def spoken() -> Language:
    """The language of the request being answered."""
    return _SPOKEN.get() or language(settings.current().language)


@contextmanager
def speaking(tongue: Language) -> Iterator[None]:
    """Answer in this language until the block ends."""
    token = _SPOKEN.set(tongue)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def choices() -> Mapping[str, str]:
    """The languages to choose from: code to its name in its own script."""
    return NAMES
