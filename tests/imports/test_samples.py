"""The workbooks as companies keep them, counted by hand against their contents."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.make import TODAY
from training.access import COMMAND_LINE
from training.certificates import actions as certificates
from training.db import DB
from training.errors import Refused
from training.imports import actions
from training.imports.headers import Kind
from training.imports.rules import Code

SAMPLES = Path(__file__).parents[1] / "samples"
SITES = [
    "德茂家园", "兴海园", "南海家园一里", "南海家园二里", "南海家园三里", "南海家园四里", "南海家园五里",
    "南海家园六里", "南海家园七里", "瀛海家园一里", "瀛海家园二里", "瀛海家园三里", "瀛海家园四里",
]  # fmt: skip
POSITIONS = {
    "秩序维护员": 66, "电工": 59, "消防中控员": 56, "电梯安全员": 43, "保洁": 31, "项目经理": 29, "综合服务": 28,
}  # fmt: skip
TYPES = {"SECURITY_GUARD": 66, "SO_ELEC_LV": 59, "FIRE_FACILITY_4_MON": 56, "SE_A": 43}

PEOPLE_AT = """
    SELECT s.name AS site, o.name AS position, count(*) AS people
    FROM person p
    JOIN assignment a ON a.person = p.id AND a.ends_on IS NULL AND a.starts_on = p.hired_on
    JOIN site s ON s.id = a.site
    JOIN position o ON o.id = a.position
    GROUP BY s.name, o.name
"""
HELD = """
    SELECT t.code, count(*) AS certificates, count(c.number_sealed) AS sealed,
        count(*) FILTER (WHERE no_expiry) AS endless, count(expires_on) AS ending, count(review_due_on) AS reviewed,
        count(issued_on) AS issued
    FROM certificate c
    JOIN certificate_type t ON t.id = c.type
    WHERE NOT c.own
    GROUP BY t.code
"""
ONE = """
    SELECT c.issued_on, c.expires_on, c.review_due_on, c.number, c.issuer
    FROM certificate c
    JOIN person p ON p.id = c.person
    WHERE p.name = $1
"""
EVERYTHING = """
    SELECT (SELECT md5(string_agg(p::text, '' ORDER BY id)) FROM person p),
        (SELECT md5(string_agg(a::text, '' ORDER BY id)) FROM assignment a),
        (SELECT md5(string_agg(c::text, '' ORDER BY id)) FROM certificate c),
        (SELECT md5(string_agg(s::text, '' ORDER BY id)) FROM site s)
"""


@pytest.fixture
async def reference(db):
    await certificates.load_reference(by=COMMAND_LINE)


async def imported(kind, name, *, apply=True):
    return await actions.import_file(kind, SAMPLES / name, by=COMMAND_LINE, today=TODAY, apply=apply)


def counts(report):
    return (report.rows, report.new, report.changed, report.unchanged, report.asked, report.refused)


def codes(report):
    return Counter(finding.code for finding in report.findings)


async def test_the_roster_is_312_people_at_13_sites(reference):
    report = await imported(Kind.ROSTER, "花名册.xlsx")

    assert counts(report) == (312, 312, 0, 0, 0, 0)
    assert report.other_rows == {"subtotal": 13, "footer": 1}
    assert codes(report) == {Code.SITE_NEW: 13, Code.POSITION_NEW: 7}
    found = await DB.rows(PEOPLE_AT)
    people = {(row["site"], row["position"]): row["people"] for row in found}
    assert {site: sum(n for (at, _), n in people.items() if at == site) for site in SITES} == dict.fromkeys(SITES, 24)
    assert {name: sum(n for (_, at), n in people.items() if at == name) for name in POSITIONS} == POSITIONS


async def test_the_roster_again_changes_nothing(reference):
    await imported(Kind.ROSTER, "花名册.xlsx")
    before = await DB.rows(EVERYTHING)

    report = await imported(Kind.ROSTER, "花名册.xlsx")

    assert counts(report) == (312, 0, 0, 312, 0, 0)
    assert report.findings == []
    assert await DB.rows(EVERYTHING) == before


async def test_a_preview_says_the_same_and_writes_nothing(reference):
    before = await DB.rows(EVERYTHING)

    report = await imported(Kind.ROSTER, "花名册.xlsx", apply=False)

    assert counts(report) == (312, 312, 0, 0, 0, 0)
    assert await DB.rows(EVERYTHING) == before
    assert await DB.rows("SELECT * FROM import_batch") == []


async def test_every_row_of_the_ledger_is_a_certificate(reference):
    await imported(Kind.ROSTER, "花名册.xlsx")

    report = await imported(Kind.CERTIFICATES, "持证人员台账.xlsx")

    # 59 + 43 holders are found by the identity number in the certificate number, 66 + 56 by name, site and position.
    assert counts(report) == (224, 224, 0, 0, 0, 0)
    assert codes(report) == {Code.MATCHED_BY_NAME: 122}
    held = {row["code"]: tuple(row)[1:] for row in await DB.rows(HELD)}
    assert {code: row[0] for code, row in held.items()} == TYPES
    # certificates, sealed numbers, no expiry, with an end, with a review, with an issue date
    assert held == {
        "SECURITY_GUARD": (66, 0, 66, 0, 0, 66),
        "FIRE_FACILITY_4_MON": (56, 0, 56, 0, 0, 56),
        "SO_ELEC_LV": (59, 59, 0, 59, 59, 59),
        "SE_A": (43, 43, 0, 43, 0, 43),
    }


async def test_a_certificate_is_as_it_stands_in_the_ledger(reference):
    await imported(Kind.ROSTER, "花名册.xlsx")
    await imported(Kind.CERTIFICATES, "持证人员台账.xlsx")

    assert [tuple(row) for row in await DB.rows(ONE, "李桂兰")] == [
        (date(2020, 12, 17), date(2026, 12, 16), date(2023, 12, 17), "T110***********0680", "北京市应急管理局")
    ]
    assert [tuple(row) for row in await DB.rows(ONE, "伍婷婷")] == [
        (date(2024, 4, 21), None, None, "5025145556151075", "消防行业职业技能鉴定指导中心")
    ]


async def test_the_ledger_again_changes_nothing(reference):
    await imported(Kind.ROSTER, "花名册.xlsx")
    await imported(Kind.CERTIFICATES, "持证人员台账.xlsx")
    before = await DB.rows(EVERYTHING)

    report = await imported(Kind.CERTIFICATES, "持证人员台账.xlsx")

    assert counts(report) == (224, 0, 0, 224, 0, 0)
    assert await DB.rows(EVERYTHING) == before


async def test_without_the_roster_nobody_in_the_ledger_is_known(reference):
    report = await imported(Kind.CERTIFICATES, "持证人员台账.xlsx")

    assert counts(report) == (224, 0, 0, 0, 0, 224)
    assert codes(report) == {Code.PERSON_UNKNOWN: 224}


async def test_a_ledger_is_not_a_roster():
    with pytest.raises(Refused) as refused:
        await imported(Kind.ROSTER, "持证人员台账.xlsx", apply=False)

    assert str(refused.value) == "This looks like a certificate ledger. Import it as a certificate ledger."


async def test_a_wide_ledger_keeps_certificates_apart_and_asks_what_its_headings_mean(reference):
    await imported(Kind.ROSTER, "花名册.xlsx")

    report = await imported(Kind.CERTIFICATES, "持证台账-宽表.xlsx")

    # Nobody in it is in the roster; four have a namesake there. Six rows name no certificate.
    assert counts(report) == (60, 0, 0, 6, 4, 50)
    assert codes(report)[Code.NOTHING_HELD] == 6
    asked = {
        (finding.column, str(finding.message)) for finding in report.findings if finding.code == Code.TYPE_AMBIGUOUS
    }
    assert asked == {
        ("D", "“特种作业证” can mean more than one type. Choose which."),
        ("G", "“消防证” can mean more than one type. Choose which."),
        ("I", "“健康证” can mean more than one type. Choose which."),
    }
