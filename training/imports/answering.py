"""What somebody says about a batch before it is applied: what a name means, who a row is about, what a cell should be.

Every answer is kept with the batch; the file itself stays as it came. The batch is read again afterwards.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from training.access import Actor, Permission
from training.db import DB, transaction
from training.errors import Missing, Refused
from training.imports import answers as answered
from training.imports.answers import Answers
from training.imports.queries import Row
from training.imports.questions import About, Question
from training.words import say

LONGEST_CELL = 500
LOCKED = "SELECT status, answers_sealed FROM import_batch WHERE id = $1 FOR UPDATE"
KEEP = "UPDATE import_batch SET answers_sealed = $2 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was chosen for a question: a type's code, the id of a site or person, or one of the words of `answers`."""

    question: Question
    choice: str


async def answer(batch: int, chosen: Iterable[Answer], *, by: Actor) -> None:
    """Keep answers to questions. Raises Refused for one that was not offered."""
    given = list(chosen)
    if any(one.choice not in one.question.allowed for one in given):
        raise Refused(say("This answer is not one of the choices. Choose again."))

    def add(answers: Answers) -> None:
        for one in given:
            match one.question.about:
                case About.TYPE:
                    answers.types[one.question.key] = one.choice
                case About.SITE:
                    answers.sites[one.question.key] = one.choice
                case About.PERSON if one.choice == answered.SKIP:
                    answers.skipped.add(one.question.key)
                case About.PERSON:
                    answers.people[one.question.key] = int(one.choice)

    await _change(batch, add, by)


async def fix(batch: int, row: Row, texts: Mapping[str, str], *, by: Actor) -> None:
    """Read some cells of a row as these texts. Raises Refused where there is no such column or the text is too long."""
    if set(texts) - set(row.cells):
        raise Refused(say("There is no such column in this file."))
    if any(len(text) > LONGEST_CELL for text in texts.values()):
        raise Refused(say("This is too long: at most {length} characters.", length=LONGEST_CELL))

    def add(answers: Answers) -> None:
        changed = {field: text for field, text in texts.items() if text != row.cells[field]}
        if changed:
            answers.fixes.setdefault(row.sheet, {}).setdefault(row.number, {}).update(changed)

    await _change(batch, add, by)


async def skip(batch: int, row: Row, *, by: Actor) -> None:
    """Leave a row out."""
    await _change(batch, lambda answers: answers.skipped.add(answered.row_key(row.sheet, row.number)), by)


async def take_in(batch: int, row: Row, *, by: Actor) -> None:
    """Look at a row again that was left out."""
    await _change(batch, lambda answers: answers.skipped.discard(answered.row_key(row.sheet, row.number)), by)


async def take_back(batch: int, *, by: Actor) -> None:
    """Forget every answer, correction and row left out: look at the file as it came."""

    def forget(answers: Answers) -> None:
        answers.types, answers.sites, answers.people, answers.skipped, answers.fixes = {}, {}, {}, set(), {}

    await _change(batch, forget, by)


async def _change(batch: int, change: Callable[[Answers], None], by: Actor) -> None:
    if not by.may(Permission.IMPORT) or by.sites is not None:
        raise Missing("import")
    async with transaction():
        found = await DB.rows(LOCKED, batch)
        if not found:
            raise Missing("import")
        if found[0]["status"] not in ("ready", "reading"):
            raise Refused(say("This import is over. Choose the file again to import it anew."))
        answers = answered.unsealed(batch, found[0]["answers_sealed"])
        change(answers)
        await DB.rows(KEEP, batch, answered.sealed(batch, answers))
