"""A company of any size, written by COPY: people at sixty sites with three certificates each, around today."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import asyncpg

from fixtures.rows import identity_number
from training.calendar import add_months
from training.certificates.reference import built_in_types
from training.people.pinyin import initials, pinyin, reading
from training.people.rules import mask
from training.sealing import blind_index, seal

SITES, POSITIONS = 60, 12
CERTIFICATES_EACH = 3
TYPES = (
    *("SO_ELEC_LV", "SO_ELEC_HV", "SO_HEIGHT", "SE_A", "SE_T", "SECURITY_GUARD", "FIRE_FACILITY_4_MON"),
    *("HEALTH_WATER", "FIRST_AID_RC", "INHOUSE_SERVICE", "INHOUSE_FIRE_ANNUAL", "SAFETY_MANAGER"),
)
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = "伟芳娜洋静帆磊敏强英丽鹏国梅翔峰兰勇超丹志佳爽军雪栋东海洁然新阳梦凡晴玉浩远博梁婷俊欣庆宏一冰青余虹"
PERSON_COLUMNS = (
    *("id", "staff_number", "name", "pinyin", "initials", "sex", "identity_kind", "identity_sealed", "identity_index"),
    *("identity_tail", "phone_sealed", "phone_tail", "hired_on"),
)
CERTIFICATE_COLUMNS = (
    *("person", "type", "number", "number_sealed", "number_index", "issuer", "issued_on", "expires_on", "no_expiry"),
    *("review_due_on", "reviewed_on"),
)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a company was made."""

    people: int
    certificates: int


def names() -> list[str]:
    """Every name of the company; there are fewer than people, as in life."""
    return [f"{family}{first}{second}" for family in FAMILY for first in GIVEN for second in GIVEN[::7]]


async def make(connection: asyncpg.Connection, people: int, today: date) -> Size:
    """Fill a migrated database that holds the built-in types and nobody."""
    random = Random(people)
    await connection.execute("SET statement_timeout = 0")
    for at in range(1, SITES + 1):
        name = f"{'南海瀛德茂兴'[at % 6]}园{at}里"
        sound, letters = reading(name)
        await connection.execute("INSERT INTO site (name, pinyin, initials) VALUES ($1, $2, $3)", name, sound, letters)
    for at in range(1, POSITIONS + 1):
        await connection.execute("INSERT INTO position (name, pinyin) VALUES ($1, $2)", f"岗位{at}", f"gangwei{at}")
    await _copy(connection, "person", PERSON_COLUMNS, _people(people, random, today))
    places = ((one, 1 + one % SITES, 1 + one % POSITIONS, today - timedelta(days=400)) for one in range(1, people + 1))
    await _copy(connection, "assignment", ("person", "site", "position", "starts_on"), places)
    types = {row["code"]: row["id"] for row in await connection.fetch("SELECT code, id FROM certificate_type")}
    first = await connection.fetchval("SELECT coalesce(max(id), 0) + 1 FROM certificate")
    rows = _certificates(people, types, first, random, today)
    await _copy(connection, "certificate", ("id", *CERTIFICATE_COLUMNS), rows)
    for name in ("person", "certificate"):
        await connection.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
    await connection.execute("VACUUM (ANALYZE)")
    return Size(people, people * CERTIFICATES_EACH)


def identity_of(person: int) -> str:
    """The identity number of a person of this company."""
    born = date(1966, 1, 1) + timedelta(days=person % 13_000)
    return identity_number(born=born, sequence=person // 13_000 * 2 + person % 2, area="110224")


def _people(count: int, random: Random, today: date) -> Iterator[tuple[Any, ...]]:
    known = [(name, pinyin(name), initials(name)) for name in names()]
    for person in range(1, count + 1):
        identity = identity_of(person)
        phone = f"138{person:08d}"
        yield (
            *(person, f"B{person:06d}", *random.choice(known), "m" if person % 2 else "f", "resident_id"),
            *(seal(identity, f"person.identity:{person}"), blind_index(identity), identity[-4:]),
            *(seal(phone, f"person.phone:{person}"), phone[-4:], today - timedelta(days=random.randint(30, 5000))),
        )


def _certificates(
    people: int, types: dict[str, int], first: int, random: Random, today: date
) -> Iterator[tuple[Any, ...]]:
    built_in = {one.code: one for one in built_in_types()}
    made = first
    for person in range(1, people + 1):
        identity = identity_of(person)
        for code in random.sample(TYPES, CERTIFICATES_EACH):
            one = built_in[code]
            months = one.versions[-1].validity_months
            # One in a hundred has run out, as in a company that keeps up.
            issued_on = today - timedelta(days=random.randint(1, round(months * 30.4 * 1.01) or 2500))
            ends_on = add_months(issued_on, months) - timedelta(days=1) if months else None
            number = f"T{identity}" if code.startswith("SO_") else identity if code.startswith("SE_") else ""
            sealed = (mask(number), seal(number, f"certificate.number:{made}"), blind_index(number)) if number else None
            review = add_months(issued_on, 36) if code.startswith("SO_") else None
            yield (
                *(made, person, types[code], *(sealed or (f"{made:012d}", None, None)), one.issuer_zh[:200]),
                *(issued_on, ends_on, not months, review, review if review and review < today else None),
            )
            made += 1


async def _copy(
    connection: asyncpg.Connection, table: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]
) -> None:
    await connection.copy_records_to_table(table, records=rows, columns=list(columns), timeout=None)
