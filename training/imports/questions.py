"""What a batch asks, each thing once however many rows it concerns, with the answers to choose from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from training.access import Actor
from training.certificates import queries as certificates
from training.certificates.queries import Type
from training.db import DB
from training.imports import answers as answered
from training.imports import cells
from training.imports.queries import Batch, Row, unsettled
from training.imports.rules import Code, Finding, Weight
from training.people import places
from training.words import Message, Named, say

Choice = tuple[str, Message | Named | str]
"""An answer to choose: its value, and the words for it."""

TYPES = (Code.TYPE_AMBIGUOUS, Code.TYPE_UNKNOWN)
SITES = (Code.SITE_UNKNOWN, Code.SITE_BLANK)
WORDS = {
    answered.NEW: say("It is a new site: add it"),
    answered.ABOVE: say("The same as in the row above"),
    answered.NONE: say("No site"),
    answered.SKIP: say("Leave these rows out"),
}
PEOPLE = """
    SELECT p.id, p.name, p.staff_number, p.identity_tail, p.left_on, s.name AS site, o.name AS position
    FROM person p
    LEFT JOIN assignment a ON a.person = p.id AND a.ends_on IS NULL
    LEFT JOIN site s ON s.id = a.site
    LEFT JOIN position o ON o.id = a.position
    WHERE p.id = ANY($1)
"""


class About(StrEnum):
    """What a question is about."""

    TYPE = "type"
    SITE = "site"
    PERSON = "person"


@dataclass(slots=True)
class Question:
    """One question. `likely` are the answers that the rows suggest, `others` all others; each a value and its words.

    `key` names it among the answers, `written` is what stands in the file.
    """

    about: About
    key: str
    written: str
    message: Message
    likely: list[Choice] = field(default_factory=list)
    others: list[Choice] = field(default_factory=list)
    words: list[Choice] = field(default_factory=list)
    rows: list[tuple[str, int]] = field(default_factory=list)

    @property
    def allowed(self) -> frozenset[str]:
        return frozenset(value for value, _ in (*self.likely, *self.others, *self.words))


async def questions(of: Batch, *, by: Actor) -> list[Question]:
    """What is asked, in the order of the file; the ones that concern most rows first."""
    rows = await unsettled(of)
    asked = [(row, finding) for row in rows for finding in row.findings if finding.weight is Weight.ASKED]
    if not asked:
        return []
    types = await certificates.types()
    sites: list[Choice] = [(str(site.id), site.name) for site in await places.site_choices(by=by)]
    people = await _people({int(c) for _, finding in asked if _is_person(finding) for c in finding.choices})
    found: dict[tuple[About, str], Question] = {}
    for row, finding in asked:
        one = _question(of, row, finding, types, sites, people)
        if one is None:
            continue
        known = found.setdefault((one.about, one.key), one)
        if (row.sheet, row.number) not in known.rows:
            known.rows.append((row.sheet, row.number))
    return sorted(found.values(), key=lambda one: -len(one.rows))


def _is_person(finding: Finding) -> bool:
    return finding.code not in (*TYPES, *SITES) and all(choice.isdecimal() for choice in finding.choices)


def _question(
    of: Batch,
    row: Row,
    finding: Finding,
    types: Mapping[int, Type],
    sites: list[Choice],
    people: Mapping[str, str],
) -> Question | None:
    skip: Choice = (answered.SKIP, WORDS[answered.SKIP])
    if finding.code in TYPES:
        by_name = sorted(types.values(), key=lambda type_: type_.name.zh)
        names: list[Choice] = [(type_.code, type_.name) for type_ in by_name]
        likely = [(code, name) for choice in finding.choices for code, name in names if code == choice]
        key, written = _type_key(of, row, finding.field)
        others = [pair for pair in names if pair not in likely]
        return Question(About.TYPE, key, written, finding.message, likely, others, [skip])
    if finding.code in SITES:
        written = "" if finding.code is Code.SITE_BLANK else _plain(row, "site", 100)
        near = [pair for choice in finding.choices for pair in sites if pair[0] == choice]
        words: list[Choice] = [(choice, WORDS[choice]) for choice in finding.choices if choice in WORDS]
        others = [pair for pair in sites if pair not in near] if written else []
        ways = [*words, skip] if written else words
        return Question(About.SITE, answered.site_key(written), written, finding.message, near, others, ways)
    if _is_person(finding):
        key = answered.row_key(row.sheet, row.number)
        offered: list[Choice] = [(choice, people[choice]) for choice in finding.choices if choice in people]
        leave: Choice = (answered.SKIP, say("Leave this row out"))
        return Question(About.PERSON, key, row.cells.get("name", ""), finding.message, offered, [], [leave])
    return None


def _type_key(of: Batch, row: Row, column: str) -> tuple[str, str]:
    """The key of a certificate as a row names it, and the name as it is written."""
    prefix = f"{block}." if (block := column.partition(".")[0]).isdecimal() else ""
    sheet = of.sheet(row.sheet)
    title = sheet.blocks[int(block)] if prefix and sheet else ""
    name = _plain(row, f"{prefix}cert_name", 100) or title
    item, level = _plain(row, f"{prefix}cert_item", 100), _plain(row, f"{prefix}cert_level", 40)
    return answered.type_key(name, item, level), " · ".join(filter(None, (name, item, level)))


def _plain(row: Row, column: str, limit: int) -> str:
    text = cells.meant(row.cells.get(column, ""))
    return text if len(text) <= limit else ""


async def _people(ids: Iterable[int]) -> dict[str, str]:
    found = {}
    for row in await DB.rows(PEOPLE, list(ids)):
        where = [row["staff_number"], row["site"], row["position"]]
        if row["identity_tail"]:
            where.append(f"…{row['identity_tail']}")
        about = " · ".join(part for part in where if part)
        found[str(row["id"])] = f"{row['name']} · {about}" if about else row["name"]
    return found
