"""The list of renewals as a table of plain values, the same in a downloaded file and on a terminal."""

from collections.abc import Iterable, Iterator
from typing import Any

from training.renewals.queries import Line
from training.reports.sheets import Column
from training.web.kit.languages import Language
from training.web.kit.looks import look
from training.words import say

HEADINGS = (
    (say("Staff number"), 12),
    (say("Name"), 14),
    (say("Site"), 20),
    (say("Position"), 16),
    (say("Certificate"), 34),
    (say("Number"), 22),
    (say("Due"), 12),
    (say("Days left"), 10),
    (say("Apply by"), 12),
    (say("Standing"), 16),
    (say("Next step"), 30),
)


def columns(language: Language) -> list[Column]:
    return [Column(language.words(heading), width) for heading, width in HEADINGS]


def rows(lines: Iterable[Line], language: Language) -> Iterator[tuple[Any, ...]]:
    """A row for each line, in the order of `columns`; dates stay dates."""
    for line in lines:
        yield (
            line.staff_number,
            line.name,
            line.site_name,
            line.position_name,
            language.named(line.type_name),
            line.number,
            line.due_on,
            line.days_left,
            line.act_by,
            language.words(look(line.standing, line.days_left).word),
            planned(line, language) or language.gettext("Not scheduled"),
        )


def planned(line: Line, language: Language) -> str:
    """The session the holder has a seat in, by its day, and whether it comes too late; empty where there is none."""
    if line.session is None or line.session_starts_on is None:
        return ""
    if line.due_on and line.days_left is not None and line.days_left >= 0 and line.session_starts_on > line.due_on:
        return language.words(say("Session of {day}, after it ends", day=line.session_starts_on))
    return language.words(say("Session of {day}", day=line.session_starts_on))
