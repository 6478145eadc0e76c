"""What a row of a score sheet would do: record first marks. A mark that is recorded otherwise is not overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from training.courses.queries import Examined
from training.courses.rules import PART_WORDS, Part
from training.exams import rules as exams
from training.exams.queries import Entry
from training.exams.rules import ABSENT, Score
from training.imports.records import ScoreRow
from training.imports.roster import Change
from training.imports.rules import Code, Finding, Outcome
from training.words import say

FIELDS = {Part.THEORY: "theory_score", Part.PRACTICAL: "practical_score"}


@dataclass(slots=True)
class ScorePlan:
    """The first marks that would be recorded for an enrolment."""

    outcome: Outcome
    enrolment: int
    marks: list[tuple[Part, Score]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def plan(row: ScoreRow, *, enrolment: int, asked: Sequence[Examined], entries: Sequence[Entry]) -> ScorePlan:
    """The plan for a row. `asked` is what the session examines, `entries` the marks of this enrolment that count."""
    made = ScorePlan(Outcome.UNCHANGED, enrolment)
    given = _given(row, asked, made)
    first = {entry.part: entry.score for entry in entries if entry.attempt == 1}
    for part, score in given.items():
        recorded = first.get(part)
        if recorded is None:
            made.marks.append((part, score))
            made.changes.append(Change(FIELDS[part], "", _shown(score)))
        elif recorded != score:
            message = say(
                "{part}: {recorded} is recorded already, not {mark}. Correct it on the results page, with a reason.",
                part=PART_WORDS[part],
                recorded=_shown(recorded),
                mark=_shown(score),
            )
            made.findings.append(Finding(Code.MARK_DIFFERS, message, FIELDS[part]))
    if not given:
        made.findings.append(Finding(Code.MARK_MISSING, say("There is no mark in this row.")))
    elif made.marks:
        made.outcome = Outcome.NEW
    _look_at_the_rest(row, asked, given, made)
    return made


def _given(row: ScoreRow, asked: Sequence[Examined], made: ScorePlan) -> dict[Part, Score]:
    """The marks a row gives, by part. Where only one part is examined, a lone total is its mark."""
    parts = [one.part for one in asked]
    written = {Part.THEORY: row.theory, Part.PRACTICAL: row.practical}
    if not row.theory and not row.practical and len(parts) == 1:
        written[parts[0]] = row.total_mark
    for part, text in written.items():
        if text and part not in parts:
            message = say("{part} is not examined in this session, so this mark is left out.", part=PART_WORDS[part])
            made.findings.append(Finding(Code.CELL_LEFT_OUT, message, FIELDS[part]))
    return {part: _score(written[part]) for part in parts if written[part]}


def _score(text: str) -> Score:
    return ABSENT if text == "absent" else Score(Decimal(text))


def _shown(score: Score) -> str:
    return "缺考" if score.mark is None else exams.shown(score.mark)


def _look_at_the_rest(row: ScoreRow, asked: Sequence[Examined], given: Mapping[Part, Score], made: ScorePlan) -> None:
    """Point out a total or a verdict that does not follow from the marks, and a resit, which is entered elsewhere."""
    marks = [score.mark for score in given.values() if score.mark is not None]
    total = _number(row.total)
    if len(marks) > 1 and total is not None and total not in (sum(marks), sum(marks) / len(marks)):
        message = say(
            "The total {total} is not what the marks add up to, {sum}.", total=row.total, sum=f"{sum(marks):f}"
        )
        made.findings.append(Finding(Code.MARK_TOTAL, message, "total"))
    if row.verdict in ("yes", "no") and len(given) == len(asked):
        passed = all(exams.passed(given[one.part], pass_mark=one.pass_mark) for one in asked)
        if passed != (row.verdict == "yes"):
            needed = "、".join(str(one.pass_mark) for one in asked)
            message = say("The verdict does not follow from the marks: {needed} is needed.", needed=needed)
            made.findings.append(Finding(Code.VERDICT_DIFFERS, message, "result"))
    if row.resit:
        message = say("A resit is entered on the results page, with its day.")
        made.findings.append(Finding(Code.RESIT_IGNORED, message, "resit"))


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
