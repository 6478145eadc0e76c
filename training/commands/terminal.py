"""How commands speak: what they print and where, in which language, and the one sentence where something fails."""

import getpass
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from training import calendar, db, settings
from training.calendar import typed_date
from training.errors import Missing, Refused
from training.web.kit.languages import spoken
from training.words import Message, Named, say

FAILED = 1  # refused, or something is wrong

# What is told in one sentence. Anything else that is raised is a bug and may show its traceback.
TOLD: tuple[type[Exception], ...] = (Refused, Missing, settings.BadSetting, db.Unusable, *db.UNAVAILABLE)


def _(text: str) -> str:
    """Marks a help text for translation; `cli` translates it when it knows the language."""
    return text


def out() -> Console:
    """Where results go. Made afresh, for tests exchange the stream."""
    return Console(highlight=False, markup=False, soft_wrap=True)


def err() -> Console:
    """Where everything goes that is no result, so that results can be piped."""
    return Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def words(text: Message | Named | str | None) -> str:
    """Any text as the language of the terminal has it."""
    if isinstance(text, Message):
        return spoken().words(text)
    return spoken().named(text or "")


def tell(message: Message) -> None:
    """A line of result."""
    out().print(words(message))


def progress(message: Message) -> None:
    """A line about what is going on."""
    err().print(words(message))


def tell_json(value: object) -> None:
    """One JSON value, in a form that neither width nor colour of the terminal changes."""
    print(as_json(value), end="")


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"


def table(headings: Sequence[Message], rows: Iterable[Sequence[object]]) -> None:
    """A table as wide as it needs to be. Where the output is no terminal, its cells are not cut."""
    console = out()
    made = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        made.add_column(words(heading), overflow="fold", no_wrap=not console.is_terminal)
    for row in rows:
        made.add_row(*(cell(value) for value in row))
    if not console.is_terminal:
        console.width = 4000
    console.print(made)


def cell(value: object) -> str:
    """A value as the language of the terminal writes it; nothing where there is none."""
    match value:
        case None:
            return ""
        case datetime():
            return spoken().moment(value)
        case date():
            return spoken().day(value)
        case Message() | Named():
            return words(value)
        case _:
            return str(value)


def bar() -> Progress:
    """A progress bar on the error stream; silent where that is no terminal."""
    console = err()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal)


def fail(error: Exception) -> int:
    """Say on the error stream what stands in the way; the exit code."""
    for sentence in sentences(error):
        err().print(sentence, style="red" if err().is_terminal else None)
    return FAILED


def sentences(error: Exception) -> list[str]:
    match error:
        case Refused(objections=objections):
            return [words(objection) for objection in objections]
        case Missing():
            return [words(say("There is nothing of that name or number."))]
        case settings.BadSetting() | db.Unusable():
            return [str(error)]
        case _:
            return [words(say("The database does not answer. Try again in a moment; `training check` says more."))]


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The company's date."""
    return calendar.day_at(now(), settings.current().time_zone)


def day(text: str) -> date:
    """A date as it is typed. Raises Refused."""
    if not text:
        return today()
    if (found := typed_date(text)) is None:
        raise Refused(say("{typed} is not a date. Write it like 2026-12-02.", typed=text))
    return found


def new_password(*, from_stdin: bool) -> str:
    """A password typed twice unseen, or the first line of the input. Raises Refused when the two differ."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Refused(say("There is no terminal to ask for the password: give it with --password-stdin."))
    first = getpass.getpass(words(say("Password:")) + " ")
    if getpass.getpass(words(say("Once more:")) + " ") != first:
        raise Refused(say("The two passwords are not the same."))
    return first
