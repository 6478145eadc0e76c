import pytest

from training.courses import rules
from training.courses.rules import Part
from training.words import say


@pytest.mark.parametrize(
    ("minutes", "hours"), [(0, 0.0), (45, 1.0), (1080, 24.0), (60, 1.3), (30, 0.7), (720, 16.0), (90, 2.0)]
)
def test_class_hours_are_45_minutes(minutes: int, hours: float) -> None:
    assert rules.class_hours(minutes) == hours


@pytest.mark.parametrize("hours", [0, 1, 1.5, 8, 12, 24, 32, 72])
def test_minutes_of_is_the_inverse(hours: float) -> None:
    assert rules.class_hours(rules.minutes_of(hours)) == hours


def test_objections_to_course_are_none_for_a_plain_one() -> None:
    assert rules.objections_to_course(name="低压电工", minutes=1080, pass_marks={Part.THEORY: 80}) == []


@pytest.mark.parametrize("mark", [1, 100])
def test_objections_to_course_take_pass_marks_at_the_edge(mark: int) -> None:
    assert rules.objections_to_course(name="a", minutes=0, pass_marks={Part.PRACTICAL: mark}) == []


@pytest.mark.parametrize("mark", [0, 101, -1])
def test_objections_to_course_refuse_pass_marks_beyond_the_edge(mark: int) -> None:
    objections = rules.objections_to_course(name="a", minutes=0, pass_marks={Part.PRACTICAL: mark})

    assert [str(objection) for objection in objections] == [
        f"The pass mark of Practical is between 1 and 100, not {mark}."
    ]


@pytest.mark.parametrize("name", ["", "  "])
def test_objections_to_course_ask_for_a_name(name: str) -> None:
    assert rules.objections_to_course(name=name, minutes=1, pass_marks={}) == [say("Give the course a name.")]


def test_objections_to_course_name_every_fault() -> None:
    objections = rules.objections_to_course(name="a", minutes=-1, pass_marks={Part.THEORY: 0}, name_taken=True)

    assert [str(objection) for objection in objections] == [
        "Another course is already called a.",
        "Class hours are between 0 and 1333.",
        "The pass mark of Theory is between 1 and 100, not 0.",
    ]


@pytest.mark.parametrize(("minutes", "fine"), [(60_000, True), (60_001, False), (0, True), (-1, False)])
def test_objections_to_course_bound_the_hours(minutes: int, fine: bool) -> None:
    assert (rules.objections_to_course(name="a", minutes=minutes, pass_marks={}) == []) is fine
