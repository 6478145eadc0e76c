from typing import NamedTuple

import pytest

from training.imports.persons import Clues, holder, member
from training.imports.rules import Code


class Known(NamedTuple):
    id: int
    name: str
    site: str = "南海家园一里"
    position: str = "电工"
    identified: bool = True


ANA = Known(1, "杨金凤")
BEN = Known(2, "李明", position="保洁")
TWIN = Known(3, "杨金凤")
ELSEWHERE = Known(4, "杨金凤", site="兴海园")
NAMELESS = Known(5, "杨金凤", identified=False)
PLACE = {"name": "杨金凤", "site": "南海家园一里", "position": "电工"}


def told(match):
    return (match.person, [(finding.code, finding.choices) for finding in match.findings])


@pytest.mark.parametrize(
    ("clues", "person", "findings"),
    [
        (Clues(name="杨金凤", has_id=True, by_id=ANA), ANA, []),
        (Clues(name="杨 金凤", has_id=True, by_id=ANA), ANA, []),
        (Clues(has_id=True, by_id=ANA), ANA, []),
        (Clues(name="杨金凤", has_id_in_number=True, by_number=ANA), ANA, []),
        (Clues(name="杨金凤", has_staff_number=True, by_staff_number=ANA), ANA, []),
        (Clues(**PLACE, namesakes=[ANA, ELSEWHERE]), ANA, [(Code.MATCHED_BY_NAME, ())]),
        (Clues(**PLACE, namesakes=[ANA, TWIN]), None, [(Code.PERSON_AMBIGUOUS, ("1", "3"))]),
        (Clues(**PLACE, namesakes=[ELSEWHERE]), None, [(Code.PERSON_AMBIGUOUS, ("4",))]),
        (Clues(**PLACE), None, [(Code.PERSON_UNKNOWN, ())]),
        (Clues(name="杨金凤", namesakes=[ANA]), None, [(Code.PERSON_AMBIGUOUS, ("1",))]),
        (Clues(name="杨金凤", site="南海家园一里", namesakes=[ANA]), None, [(Code.PERSON_AMBIGUOUS, ("1",))]),
        (Clues(name="李明", has_id=True, by_id=ANA), None, [(Code.NAME_DIFFERS, ("1",))]),
        (Clues(name="李明", has_id_in_number=True, by_number=ANA), None, [(Code.NAME_DIFFERS, ("1",))]),
        (Clues(**PLACE, has_id=True, namesakes=[ANA]), None, [(Code.PERSON_AMBIGUOUS, ("1",))]),
        (Clues(name="杨金凤", has_id=True), None, [(Code.PERSON_UNKNOWN, ())]),
        (Clues(name="杨金凤", ids_differ=True, has_id=True, by_id=ANA), None, [(Code.NUMBER_NOT_HOLDERS, ())]),
    ],
)
def test_whose_certificate_a_row_is(clues, person, findings):
    assert told(holder(clues)) == (person, findings)


TAKEN = [(Code.STAFF_NUMBER_TAKEN, ())]


@pytest.mark.parametrize(
    ("clues", "person", "findings"),
    [
        (Clues(name="杨金凤", has_id=True, by_id=ANA), ANA, []),
        (Clues(name="杨金凤", has_id=True), None, []),
        (Clues(name="李明", has_id=True, by_id=ANA), None, [(Code.NAME_DIFFERS, ("1",))]),
        (Clues(**PLACE, has_id=True, namesakes=[ANA]), None, []),
        (Clues(**PLACE, has_id=True, namesakes=[NAMELESS]), None, [(Code.PERSON_AMBIGUOUS, ("5",))]),
        (Clues(**PLACE, namesakes=[ANA]), ANA, [(Code.MATCHED_BY_NAME, ())]),
        (Clues(**PLACE, namesakes=[ANA, TWIN]), None, [(Code.PERSON_AMBIGUOUS, ("1", "3"))]),
        (Clues(**PLACE), None, []),
        (Clues(name="杨金凤", has_staff_number=True, by_staff_number=ANA), ANA, []),
        (Clues(name="杨金凤", has_id=True, has_staff_number=True, by_staff_number=ANA), None, TAKEN),
        (Clues(name="杨金凤", has_id=True, by_id=ANA, has_staff_number=True, by_staff_number=BEN), None, TAKEN),
    ],
)
def test_which_person_a_roster_row_is(clues, person, findings):
    assert told(member(clues)) == (person, findings)
