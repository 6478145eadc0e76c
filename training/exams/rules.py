"""What a mark is, when a part is passed, what comes of all parts, and who may record or correct."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from training.courses.rules import PART_WORDS, Part
from training.sessions.rules import Dated
from training.words import Message, say

HIGHEST = Decimal(100)
ABSENT_WORDS = frozenset({"缺考", "缺", "未考", "未参加", "旷考", "absent", "abs", "a", "q", "n/a"})

_PLAIN = re.compile(r"[0-9]{1,4}(\.[0-9]+)?")
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


@dataclass(frozen=True, slots=True)
class Score:
    """What was reached in one part at one attempt: a mark of 100, or None for whoever did not come."""

    mark: Decimal | None

    @property
    def absent(self) -> bool:
        return self.mark is None


ABSENT = Score(None)


def mark_from(text: str) -> Score | Message:
    """The score that somebody typed, or what would be right instead.

    Takes "71", "71分", "７１", "85.5" and the words for absent; marks go from 0 to 100 with at most one decimal.
    """
    typed = unicodedata.normalize("NFKC", text).strip().lower()
    if typed in ABSENT_WORDS:
        return ABSENT
    number = typed.removesuffix("分").rstrip()
    if not _PLAIN.fullmatch(number):
        return _what_would_be_right(number)
    mark = Decimal(number)
    if mark > HIGHEST:
        return say("A mark is between 0 and 100.")
    if mark != round(mark, 1):
        return say("A mark has one decimal at most: {mark}?", mark=str(round(mark, 1)))
    return Score(mark.quantize(Decimal("0.1")))


def _what_would_be_right(typed: str) -> Message:
    joined = re.sub(r"\s+", "", typed)
    if joined != typed and _PLAIN.fullmatch(joined) and Decimal(joined) <= HIGHEST:
        return say("Write the mark without a space: {mark}?", mark=joined)
    pointed = re.sub(r"[,、。]", ".", typed)
    if pointed != typed and _PLAIN.fullmatch(pointed) and Decimal(pointed) <= HIGHEST:
        return say("Write the decimal with a point: {mark}?", mark=pointed)
    if re.fullmatch(r"[-−+][0-9.]+", typed):
        return say("A mark is between 0 and 100.")
    if (spelled := _from_chinese(joined)) is not None:
        return say("Write the mark in digits: {mark}?", mark=spelled)
    return say("Write a mark from 0 to 100 in digits, or “absent”.")


def _from_chinese(words: str) -> int | None:
    """A number from 0 to 100 in Chinese words: 九十 is 90, 八十五 is 85, 十 is 10."""
    if words in {"一百", "百"}:
        return 100
    if len(words) == 1 and words in _DIGITS:
        return _DIGITS[words]
    tens, ten, ones = words.partition("十")
    known = all(part == "" or (len(part) == 1 and part in _DIGITS) for part in (tens, ones))
    if not ten or not known:
        return None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def passed(score: Score, *, pass_mark: int) -> bool:
    """Whether a part is passed: the pass mark itself is enough, and absence never is."""
    return score.mark is not None and score.mark >= pass_mark


class Asked(Protocol):
    """A part that a course examines."""

    @property
    def part(self) -> str: ...
    @property
    def pass_mark(self) -> int: ...


class Entered(Protocol):
    """A recorded mark that no correction replaces."""

    @property
    def part(self) -> str: ...
    @property
    def attempt(self) -> int: ...
    @property
    def mark(self) -> Decimal | None: ...
    @property
    def examined_on(self) -> date: ...


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"
    INCOMPLETE = "incomplete"


OUTCOME_WORDS: dict[Outcome, Message] = {
    Outcome.PASSED: say("Passed"),
    Outcome.FAILED: say("Failed"),
    Outcome.ABSENT: say("Did not sit"),
    Outcome.INCOMPLETE: say("Not entered"),
}


@dataclass(frozen=True, slots=True)
class PartResult:
    """One part of one person. `score` is the one that counts: the best, because a passed part is retained."""

    part: Part
    pass_mark: int
    attempts: int
    score: Score | None  # None: not entered
    passed_on: date | None  # the day of the attempt that passed

    @property
    def missing(self) -> Message | None:
        """Why this part is not passed, or None when it is."""
        word = PART_WORDS[self.part]
        if self.passed_on is not None:
            return None
        if self.score is None:
            return say("{part}: no mark yet.", part=word)
        if self.score.mark is None:
            return say("{part}: absent.", part=word)
        return say(
            "{part}: {mark} of the {pass_mark} needed.",
            part=word,
            mark=shown(self.score.mark),
            pass_mark=self.pass_mark,
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an exam. Why it is not passed stands in `because`; `passed_on` is the last day that counted."""

    outcome: Outcome
    parts: tuple[PartResult, ...]
    because: tuple[Message, ...]
    passed_on: date | None


def result(asked: Iterable[Asked], entered: Sequence[Entered]) -> Result:
    """The result over all parts a course asks. A course without parts asks for attendance only: it is passed.

    Per part the best attempt counts, for a passed part is retained and resits can only add to it.
    """
    parts = tuple(_part_result(one, [mark for mark in entered if mark.part == one.part]) for one in asked)
    because = tuple(missing for part in parts if (missing := part.missing))
    days = [part.passed_on for part in parts if part.passed_on is not None]
    return Result(_outcome(parts), parts, because, max(days) if days and not because else None)


def _part_result(asked: Asked, entered: Sequence[Entered]) -> PartResult:
    scores = [Score(mark.mark) for mark in entered]
    best = max(scores, key=lambda score: Decimal(-1) if score.mark is None else score.mark, default=None)
    days = [mark.examined_on for mark in entered if passed(Score(mark.mark), pass_mark=asked.pass_mark)]
    return PartResult(
        part=Part(asked.part),
        pass_mark=asked.pass_mark,
        attempts=max((mark.attempt for mark in entered), default=0),
        score=best,
        passed_on=min(days, default=None),
    )


def _outcome(parts: Sequence[PartResult]) -> Outcome:
    if all(part.passed_on is not None for part in parts):
        return Outcome.PASSED
    if any(part.score is None for part in parts):
        return Outcome.INCOMPLETE
    if all(part.score is not None and part.score.absent for part in parts):
        return Outcome.ABSENT
    return Outcome.FAILED


def shown(mark: Decimal) -> str:
    """A mark as people write it: 85.5, and 71 rather than 71.0."""
    return str(int(mark)) if mark == int(mark) else str(mark.normalize())


def objections_to_recording_marks(
    session: Dated, *, own: bool, withdrawn: bool, examines: bool, today: date
) -> list[Message]:
    """What stands against recording marks of one person. `examines`: it is the recorder's session, or they are HR."""
    if own:
        return [say("Nobody records their own marks.")]
    if not examines:
        return [say("Another examiner records the marks of this session.")]
    if withdrawn:
        return [say("The enrolment is withdrawn.")]
    if session.cancelled_on is not None:
        return [say("The session was cancelled on {day}.", day=session.cancelled_on)]
    if session.starts_on > today:
        return [say("The session starts on {day}: marks are recorded from that day on.", day=session.starts_on)]
    return []


def exam_day(session: Dated, *, today: date) -> date:
    """The day a first attempt is taken to have been made: the last of the session, or today while it lasts."""
    return max(session.starts_on, min(session.ends_on, today))


def objections_to_exam_day(session: Dated, *, examined_on: date, today: date) -> list[Message]:
    """What stands against the day an attempt is said to have been made."""
    if examined_on > today:
        return [say("The exam day {day} is still to come.", day=examined_on)]
    if examined_on < session.starts_on:
        return [say("The exam day {day} is before the session starts.", day=examined_on)]
    return []


def objections_to_another_attempt(part: PartResult) -> list[Message]:
    """What stands against a resit: there is nothing to sit again, or nothing was sat yet."""
    if part.passed_on is not None:
        return [say("{part} is passed already; a wrong mark is corrected, with a reason.", part=PART_WORDS[part.part])]
    if part.score is None:
        return [say("{part}: no mark yet.", part=PART_WORDS[part.part])]
    return []


def objections_to_correcting(
    session: Dated, *, before: Score, after: Score, reason: str, may_mend: bool
) -> list[Message]:
    """What stands against replacing a mark. `may_mend`: HR, who may still do so when the results are submitted."""
    objections = []
    if before == after:
        objections.append(say("The mark is the same as before."))
    if not reason.strip():
        objections.append(say("A mark is corrected with a reason: say what was wrong."))
    if session.completed_at is not None and not may_mend:
        objections.append(say("The results are submitted: ask HR to put it right."))
    return objections
