from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.people.rules import (
    WrittenName,
    birth_date,
    check_digit,
    contradictions,
    damaged,
    embedded_id,
    id_warnings,
    mask,
    normal,
    sex,
    tail,
    written_name,
)

TODAY = date(2026, 11, 24)
SHAPE = "An identity number has 18 characters: 17 digits, then a digit or X."
NO_SUCH_DAY = "The birth date in the identity number does not exist."
CHECK = "The last character of the identity number does not fit the others."


def complete(first_seventeen: str) -> str:
    return first_seventeen + check_digit(first_seventeen)


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002X",
        "11010519491231002x",
        "11010519491231002Ｘ",
        "11010519491231002×",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X\u3000",
        "'11010519491231002X",
        "\u200b110105\u00a019491231002X",
    ],
)
def test_normal_reads_every_way_of_writing_a_number(written):
    assert normal(written) == "11010519491231002X"


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_standard_examples_are_right(number):
    assert id_warnings(number, TODAY) == []


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("1101051949123100", [SHAPE]),
        ("110105194912310021", [CHECK]),
        ("11010519491231002A", [SHAPE]),
        (complete("11022419900229002"), [NO_SUCH_DAY]),
        (complete("11010520261124001"), []),
        (
            complete("11010520261125001"),
            ["The birth date in the identity number, 2026-11-25, is in the future."],
        ),
        (complete("16010519900101001"), ["The identity number begins with no known province."]),
        (complete("83000019900101001"), []),
        ("110224199002290021", [NO_SUCH_DAY, CHECK]),
    ],
)
def test_id_warnings_in_order(number, expected):
    assert [str(message) for message in id_warnings(number, TODAY)] == expected


@given(last=st.sampled_from("0123456789X"))
def test_an_impossible_birth_date_is_seen_whatever_the_check_digit(last):
    assert str(id_warnings("11022419900229002" + last, TODAY)[0]) == NO_SUCH_DAY


@given(body=st.from_regex(r"\A[1-8][0-9]{16}\Z"), position=st.integers(0, 16), shift=st.integers(1, 9))
def test_the_check_digit_sees_every_single_wrong_digit(body, position, shift):
    wrong = body[:position] + str((int(body[position]) + shift) % 10) + body[position + 1 :]

    assert check_digit(wrong) != check_digit(body)


def test_birth_date_and_sex_are_in_the_number():
    assert birth_date("11010519491231002x") == date(1949, 12, 31)
    assert birth_date("11022419900229002X") is None
    assert birth_date("G12345678") is None
    assert (sex("11010519491231002X"), sex("440524188001010014"), sex("")) == ("f", "m", "")


def test_contradictions_beside_a_number():
    found = contradictions("11010519491231002X", sex_says="m", born=date(1950, 1, 1))

    assert [str(message) for message in found] == [
        "The sex does not agree with the identity number.",
        "The birth date 1950-01-01 does not agree with the identity number.",
    ]
    assert contradictions("11010519491231002X", sex_says="f", born=date(1949, 12, 31)) == []
    assert contradictions("", sex_says="f", born=date(1949, 12, 31)) == []


@pytest.mark.parametrize(
    ("text", "numeric", "expected"),
    [
        ("110105194912310000", True, True),
        ("110105194912310000.0", True, True),
        ("110105194912310", True, False),
        ("1.10105E+17", False, True),
        ("1.10105e+17", True, True),
        ("11010519491231002X", False, False),
        ("110105194912310021", False, False),
        ("", False, False),
    ],
)
def test_damaged_numbers_are_recognised(text, numeric, expected):
    assert damaged(text, numeric=numeric) == expected


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("11010519491231002x", "110***********002X"),
        ("T11010519491231002X", "T110***********002X"),
        ("1234567890123456", "123*********3456"),
        ("G12345678", "*****5678"),
        ("123456", "***456"),
        ("1", "*"),
        ("", ""),
    ],
)
def test_mask_keeps_the_first_three_and_the_last_four(number, masked):
    assert mask(number) == masked


@given(number=st.text("0123456789X", min_size=1, max_size=30))
def test_mask_always_hides_something(number):
    assert len(mask(number)) == len(number)
    assert "*" in mask(number)


def test_tail_is_the_last_four():
    assert tail("11010519491231002x") == "002X"


@pytest.mark.parametrize(
    ("number", "inside"),
    [
        ("T11010519491231002x", "11010519491231002X"),
        ("11010519491231002X", "11010519491231002X"),
        ("TS11010519491231", None),
        ("1234567890123456", None),
        ("", None),
    ],
)
def test_embedded_id(number, inside):
    assert embedded_id(number) == inside


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张 三", WrittenName("张三")),
        ("张\u3000三", WrittenName("张三")),
        ("李明（离职）", WrittenName("李明", "离职", True)),
        ("李 明 (已离职)", WrittenName("李明", "已离职", True)),
        ("王五【退休】", WrittenName("王五", "退休", True)),
        ("赵六（借调）", WrittenName("赵六", "借调", False)),
        ("买买提·吐尔逊", WrittenName("买买提·吐尔逊")),
        ("买买提 ・ 吐尔逊", WrittenName("买买提·吐尔逊")),
        ("买买提．吐尔逊", WrittenName("买买提·吐尔逊")),
        ("John  Smith", WrittenName("John Smith")),
        ("Smith Jr.", WrittenName("Smith Jr.")),
        ("\u200b钱七\ufeff", WrittenName("钱七")),
        ("", WrittenName("")),
    ],
)
def test_written_name(text, expected):
    assert written_name(text) == expected


@given(text=st.text(max_size=20).filter(lambda text: not set("()[]（）［］【】") & set(text)))
def test_a_name_once_read_reads_the_same_again(text):
    name = written_name(text).name

    assert written_name(name) == WrittenName(name)
