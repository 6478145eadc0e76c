"""SQL and rules judge the same certificates alike."""

import random
from collections import namedtuple
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest

from training.calendar import add_months
from training.certificates.clocks import DEADLINE, JUDGED, RULE
from training.certificates.reference import BuiltInVersion, built_in_types
from training.certificates.rules import BEGINNING, Judgement, Standing, judge

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAYS = [
    date(2021, 3, 1),
    date(2024, 3, 1),
    date(2024, 3, 2),
    date(2026, 5, 31),
    date(2026, 6, 1),
    date(2026, 6, 2),
    date(2026, 11, 24),
    date(2027, 2, 27),
    date(2027, 2, 28),
    date(2027, 3, 1),
]
FIELDS = [
    "issued_on",
    "expires_on",
    "expires_precision",
    "no_expiry",
    "review_due_on",
    "reviewed_on",
    "in_process_on",
    "suspended_on",
    "revoked_on",
    "superseded_on",
]
Drawn = namedtuple("Drawn", ["id", "person", "type", *FIELDS])
TABS = {
    Standing.EXPIRED: "expired",
    Standing.GRACE: "grace",
    Standing.NEEDS_VERIFICATION: "needs_verification",
    Standing.DUE: "due",
    Standing.IN_PROCESS: "due",
    Standing.VALID: "due",
}


@cache
def judged(certificate: Drawn, versions: tuple[BuiltInVersion, ...], today: date) -> Judgement:
    return judge(certificate, versions, today)


@dataclass(frozen=True)
class Sample:
    certificates: list[Drawn]
    versions: dict[int, tuple[BuiltInVersion, ...]]


def version(since, months, every, *, window=0, lead=0, reminders=(), grace=0):
    return BuiltInVersion(since, months, every, window, lead, tuple(reminders), grace, True, "", "high")


ODD_TYPES = {  # what HR might make of a type, beyond what is built in
    "GRACE": (version(BEGINNING, 12, 0, window=30, grace=15),),
    "GRACE_ENDS": (version(BEGINNING, 12, 0, grace=60), version(date(2026, 6, 1), 24, 0, grace=5)),
    "REVIEWED_MONTHLY": (version(BEGINNING, 36, 1, reminders=(7,)),),
    "REVIEWS_PAUSED": (
        version(BEGINNING, 0, 12, lead=10),
        version(date(2024, 3, 2), 0, 0),
        version(date(2026, 6, 1), 60, 24, window=45),
    ),
    "SHORTENED": (version(date(2020, 1, 1), 72, 24, lead=40), version(date(2026, 6, 1), 36, 12, reminders=(180, 7))),
    "NO_LONGER_FOR_LIFE": (version(BEGINNING, 0, 0), version(date(2026, 6, 1), 48, 0, reminders=(90,))),
}


@pytest.fixture
async def sample(db):
    from training.certificates.tables import Certificate, CertificateType, RuleVersion
    from training.db import DB
    from training.people.tables import Person

    chance = random.Random(20261124)
    people = [(number, f"人{number}", NOW) for number in range(1, 201)]
    await DB.bulk_insert(Person, ["id", "name", "recorded_at"], people)
    versions = {}
    kinds = [(built_in.code, built_in.status, built_in.versions) for built_in in built_in_types()]
    kinds += [(code, "in_house", dated) for code, dated in ODD_TYPES.items()]
    for number, (code, status, dated) in enumerate(kinds, 1):
        await CertificateType.insert(
            CertificateType(id=number, code=code, name_zh=code, name_en=code, category="x", status=status)
        )
        versions[number] = dated
    rows = [RuleVersion(type=type_, **vars_of(v)) for type_, dated in versions.items() for v in dated]
    await RuleVersion.insert(*rows)
    certificates = [drawn(number, chance, versions) for number in range(1, 2501)]
    certificates += edges(len(certificates), {code: number for number, (code, *_) in enumerate(kinds, 1)})
    await DB.bulk_insert(
        Certificate, [*Drawn._fields, "recorded_at"], [(*certificate, NOW) for certificate in certificates]
    )
    return Sample(certificates, versions)


def drawn(number: int, chance: random.Random, versions) -> Drawn:
    """A certificate with dates where the rules turn: months around issue, end, reviews and the days asked for."""

    def near(day: date) -> date:
        return day + timedelta(
            days=chance.choice([-181, -180, -179, -91, -60, -31, -15, -5, -2, -1, 0, 0, 0, 1, 2, 30, 400])
        )

    def maybe(probability: float, day: date) -> date | None:
        return near(day) if chance.random() < probability else None

    asked = chance.choice(DAYS)
    type_ = chance.choice([*versions, *range(1, 8), *range(45, 51), *range(45, 51), *range(45, 51)])
    months = chance.choice([1, 6, 12, 24, 36, 48, 72])
    issued_on = maybe(0.9, add_months(asked, -months))
    if issued_on and chance.random() < 0.5:
        issued_on = add_months(asked, -months) + timedelta(days=chance.randint(-2, 3))
    expires_on = maybe(0.4, asked)
    if expires_on and issued_on:
        expires_on = max(expires_on, issued_on)
    return Drawn(
        number,
        chance.randint(1, 200),
        type_,
        issued_on,
        expires_on,
        "day",
        expires_on is None and chance.random() < 0.1,
        maybe(0.3, asked),
        maybe(0.4, chance.choice([asked, asked - timedelta(days=180)])),
        maybe(0.1, asked),
        maybe(0.05, asked),
        maybe(0.05, asked),
        maybe(0.1, asked),
    )


def vars_of(version: BuiltInVersion) -> dict:
    return {field.name: getattr(version, field.name) for field in fields(version)}


def edges(last: int, type_of: dict[str, int]) -> list[Drawn]:
    """What chance seldom meets: the last days of grace, and month ends that fall together in a shorter month."""
    graces = [("GRACE_ENDS", None, day - timedelta(days=60 - shift)) for day in DAYS for shift in (-1, 0, 1)] + [
        ("GRACE", None, day - timedelta(days=15 - shift)) for day in DAYS for shift in (-1, 0, 1)
    ]
    ends = [("INHOUSE_MICRO_FIRE", date(2026, 8, number), None) for number in (27, 28, 29, 30, 31)]
    reviews = [("REVIEWED_MONTHLY", date(2027, 1, number), None) for number in (27, 28, 29, 30, 31)]
    nothing = (None, None, None, None, None, None)
    return [
        Drawn(number, 1, type_of[code], issued_on, expires_on, "day", False, *nothing)
        for number, (code, issued_on, expires_on) in enumerate([*graces, *ends, *reviews], last + 1)
    ]


@pytest.mark.parametrize("today", DAYS)
async def test_sql_judges_as_the_rules_do(sample, today):
    from training.db import DB

    sql = f"WITH chosen AS (SELECT id FROM certificate), {RULE}, {JUDGED} SELECT * FROM judged"
    found = {row["id"]: row for row in await DB.rows(sql, today)}

    assert len(found) == len(sample.certificates)
    seen = set()
    for certificate in sample.certificates:
        expected = judged(certificate, sample.versions[certificate.type], today)
        row = found[certificate.id]
        seen.add(expected.standing)
        assert (row["standing"], row["ends_on"], row["due_on"], row["act_by"]) == (
            expected.standing.value,
            expected.ends_on,
            expected.due_on,
            expected.act_by,
        ), certificate
    assert seen >= set(Standing) - {Standing.GRACE}


@pytest.mark.parametrize("horizon", [0, 90, 3650])
@pytest.mark.parametrize("today", DAYS)
async def test_sql_finds_whoever_must_act_as_the_rules_do(sample, today, horizon):
    from training.db import DB

    until = today + timedelta(days=horizon)
    expected = {}
    for certificate in sample.certificates:
        judgement = judged(certificate, sample.versions[certificate.type], today)
        tab = TABS.get(judgement.standing)
        if (
            tab
            and not (tab == "due" and (judgement.due_on is None or judgement.due_on > until))
            and not (certificate.issued_on and certificate.issued_on > today and not judgement.standing.certified)
        ):
            expected[certificate.id] = tab

    sql = f"WITH {RULE}, {DEADLINE} SELECT * FROM deadline"
    rows = await DB.rows(sql, today, until)

    assert len(rows) == len({row["id"] for row in rows})
    assert {row["id"]: row["tab"] for row in rows} == expected
    for row in rows:
        if row["due_on"]:
            certificate = sample.certificates[row["id"] - 1]
            assert row["due_on"] == judged(certificate, sample.versions[certificate.type], today).due_on
