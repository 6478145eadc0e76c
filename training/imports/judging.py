"""What the rows of one batch are judged by: what is on record, what was answered, and what was already met."""

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from training.certificates.queries import Type as CertificateType
from training.imports import answers as answered
from training.imports import lookups
from training.imports.answers import Answers
from training.imports.ledger import CertificatePlan
from training.imports.lookups import Found, OnRecord, Place
from training.imports.recognising import NamedType, Recognised, Recogniser, ambiguous_names
from training.imports.records import BETWEEN, LedgerRow, PersonRow, ScoreRow
from training.imports.roster import Change, PersonPlan
from training.imports.rules import Code, Finding, Outcome
from training.imports.scores import ScorePlan
from training.words import say

NEAREST_SITES = 3
_ROWS_A_SHEET = 10_000_000

AnyRow = PersonRow | LedgerRow | ScoreRow
Plan = PersonPlan | CertificatePlan | ScorePlan


@dataclass(slots=True)
class Judged:
    """A data row and what becomes of it. `plans` is what to write when the outcome is new or changed."""

    sheet: int
    row: int
    cells: str
    outcome: Outcome
    findings: list[Finding]
    plans: Sequence[Plan] = ()
    changes: Sequence[Change] = ()
    person: int | None = None
    certificate: int | None = None

    @property
    def texts(self) -> list[str]:
        """The row's cells as text, in the order of the sheet's fields."""
        return self.cells.split(BETWEEN)


@dataclass(slots=True)
class Case:
    """One batch being judged, row after row in their order. It remembers what it has met, so a row can repeat another.

    New sites and positions stand among the known ones without an id until they are written.
    """

    sheets: Sequence[str]
    answers: Answers
    today: date
    sites: dict[str, Place]
    positions: dict[str, Place]
    types: dict[str, CertificateType]
    recogniser: Recogniser
    lock: bool = False  # whoever is looked at stays as they are until the transaction ends
    made_people: set[int] = field(default_factory=set)  # by this very batch: not looked at as if on record
    made_certificates: set[int] = field(default_factory=set)
    counts: Counter[Outcome] = field(default_factory=Counter)
    site_above: dict[int, str] = field(default_factory=dict)
    names: dict[tuple[str, str, str], Recognised] = field(default_factory=dict)
    ends: dict[tuple[int, date], date | None] = field(default_factory=dict)  # by type and issue date, as computed
    _met: dict[int, int] = field(default_factory=dict)
    _had_sites: bool = False
    _announced: set[tuple[Code, str]] = field(default_factory=set)

    def counted(self, judged: Judged) -> Judged:
        self.counts[judged.outcome] += 1
        return judged

    def key(self, row: AnyRow) -> str:
        return answered.row_key(self.sheets[row.sheet], row.row)

    def skipped(self, row: AnyRow) -> Judged | None:
        """The row as left out, where somebody chose so."""
        return left_out(row) if self.answers.skipped and self.key(row) in self.answers.skipped else None

    def chosen(self, rows: Sequence[AnyRow]) -> set[int]:
        """The people who were chosen by hand for any of these rows."""
        if not self.answers.people:
            return set()
        return {self.answers.people[key] for row in rows if (key := self.key(row)) in self.answers.people}

    def choice(self, row: AnyRow, found: Found) -> OnRecord | None:
        """The person who was chosen by hand for this row."""
        return found.by_id.get(self.answers.people.get(self.key(row), 0)) if self.answers.people else None

    def repeated(self, clues: Sequence[object], row: AnyRow, column: str) -> list[Finding]:
        """A finding where an earlier row has one of these clues. Nobody knows which of the two is right."""
        marks = [hash(clue) for clue in clues]
        first = next((self._met[mark] for mark in marks if mark in self._met), None)
        if first is None:
            self._met.update(dict.fromkeys(marks, row.sheet * _ROWS_A_SHEET + row.row))
            return []
        message = say("Row {row} already says this. Keep one of the two.", row=first % _ROWS_A_SHEET)
        return [Finding(Code.DUPLICATE_ROW, message, column)]

    def site(self, name: str, findings: list[Finding]) -> tuple[Place | None, bool]:
        """The site of that name, known, chosen or new; True when rows of this site are to be left out."""
        key = answered.site_key(name)
        answer = self.answers.sites.get(key, "")
        if answer == answered.SKIP:
            return None, True
        if answer.isdecimal():
            chosen = next((site for site in self.sites.values() if site.id == int(answer) and site.active), None)
            if chosen:
                return chosen, False
        site = self.sites.get(key)
        if site is None and (not self._had_sites or answer == answered.NEW):
            site = self.sites[key] = Place(None, name)
        if site is None or not site.active:
            findings.append(self._unknown_site(name, closed=site is not None))
            return None, False
        if site.id is None:
            self._announce(Code.SITE_NEW, name, findings)
        return site, False

    def position(self, name: str, findings: list[Finding]) -> Place:
        """The position of that name, known or new."""
        key = answered.site_key(name)
        position = self.positions.get(key)
        if position is None:
            position = self.positions[key] = Place(None, name)
        if position.id is None:
            self._announce(Code.POSITION_NEW, name, findings)
        return position

    def _unknown_site(self, name: str, *, closed: bool) -> Finding:
        open_sites = {key: site for key, site in self.sites.items() if site.active and site.id is not None}
        near = get_close_matches(answered.site_key(name), list(open_sites), NEAREST_SITES, 0.5)
        choices = tuple(str(open_sites[key].id) for key in near)
        if closed:
            return Finding(Code.SITE_UNKNOWN, say("The site {site} is closed.", site=name), "site", choices)
        if near:
            message = say("There is no site {site}. Is it {guess}?", site=name, guess=open_sites[near[0]].name)
        else:
            message = say("There is no site {site}. Is it a new one?", site=name)
        return Finding(Code.SITE_UNKNOWN, message, "site", (*choices, answered.NEW))

    def _announce(self, code: Code, name: str, findings: list[Finding]) -> None:
        """Say once, at the first row, that a site or position is new."""
        if (code, name) in self._announced:
            return
        self._announced.add((code, name))
        if code is Code.SITE_NEW:
            findings.append(Finding(code, say("The site {site} is new.", site=name), "site"))
        else:
            findings.append(Finding(code, say("The position {position} is new.", position=name), "post"))


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector, which finds nothing in a chunk of rows and looks at all of it again and again.

    Nothing may be awaited inside: the rest of the process would go without it too.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def left_out(row: AnyRow) -> Judged:
    """A row that somebody chose to leave out."""
    return Judged(
        row.sheet, row.row, row.cells, Outcome.SKIPPED, [Finding(Code.SKIPPED_BY_HAND, say("Left out by hand."))]
    )


async def opened(sheets: Sequence[str], answers: Answers, today: date, *, lock: bool) -> Case:
    """A case that knows the sites, positions and certificate types on record."""
    sites, positions, types = await lookups.sites(), await lookups.positions(), await lookups.types()
    return Case(
        sheets,
        answers,
        today,
        sites,
        positions,
        {type_.code: type_ for type_ in types},
        Recogniser([_named(type_) for type_ in types], ambiguous_names()),
        lock,
        _had_sites=bool(sites),
    )


def _named(type_: CertificateType) -> NamedType:
    return NamedType(type_.code, type_.name.zh, type_.name.en, type_.aliases, type_.number_pattern)
