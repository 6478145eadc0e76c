"""How certificates are kept: who holds them, locked; how numbers are sealed; what tells one from another."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from typing import Any

from training.certificates import queries
from training.certificates.queries import Recorded, Type
from training.certificates.recording import Paper
from training.db import DB
from training.errors import Missing
from training.people.rules import embedded_id, mask
from training.sealing import blind_index, seal

LOCK_PEOPLE = """
    SELECT id, CASE WHEN identity_kind = 'resident_id' THEN identity_index END AS identity_index
    FROM person
    WHERE id = ANY($1)
    ORDER BY id
    FOR NO KEY UPDATE
"""
FRESH_IDS = "SELECT nextval(pg_get_serial_sequence('certificate', 'id')) FROM generate_series(1, $1)"

Chain = tuple[int, int, str]  # person, type, item


async def locked_people(people: Collection[int]) -> dict[int, bytes | None]:
    """These people, locked in order, each with the index of their resident identity number."""
    found = {row["id"]: row["identity_index"] for row in await DB.rows(LOCK_PEOPLE, list(people))}
    if missing := set(people) - set(found):
        raise Missing(f"person {min(missing)}")
    return found


async def types_of(ids: Collection[int]) -> dict[int, Type]:
    found = await queries.types(ids)
    if missing := set(ids) - set(found):
        raise Missing(f"certificate type {min(missing)}")
    return found


async def chains(people: Iterable[int], types: Mapping[int, Type]) -> dict[Chain, list[Recorded]]:
    """What these people have of these types, by person, type and item."""
    chains: dict[Chain, list[Recorded]] = {}
    for row in await queries.of_people(list(people)):
        if row.type in types:
            chains.setdefault(chain(row), []).append(row)
    return chains


def chain(row: Recorded) -> Chain:
    return row.person, row.type, row.item


async def fresh_ids(count: int) -> list[int]:
    """Ids for rows about to be written; a number is sealed for its row, so the id comes first."""
    return [row[0] for row in await DB.rows(FRESH_IDS, count)]


def context(certificate: int) -> str:
    return f"certificate.number:{certificate}"


def is_foreign(paper: Paper, type_: Type, holder_index: bytes | None) -> bool:
    inside = embedded_id(paper.number) if type_.number_contains_id else None
    return bool(inside and holder_index and blind_index(inside) != holder_index)


def identity(row: Recorded) -> tuple[object, ...]:
    return _identity_by(row.person, row, row.number_index or row.number)


def identity_of(person: int, paper: Paper, index: bytes | None = None) -> tuple[object, ...]:
    number = index or (blind_index(paper.number) if embedded_id(paper.number) else paper.number)
    return _identity_by(person, paper, number)


def _identity_by(person: int, held: Recorded | Paper, number: object) -> tuple[object, ...]:
    """What tells one certificate from another: the issue date of a person's type and item, else all there is."""
    if held.issued_on:
        return person, held.type, held.item, held.issued_on
    return person, held.type, held.item, None, number, held.expires_on, held.review_due_on


def columns(certificate: int, paper: Paper) -> dict[str, Any]:
    """The columns of `Certificate` for what is printed on it. A number that holds an identity number is sealed."""
    columns = {field.name: getattr(paper, field.name) for field in fields(Paper)}
    columns |= {"number_sealed": None, "number_index": None}
    if embedded_id(paper.number):
        columns |= {
            "number": mask(paper.number),
            "number_sealed": seal(paper.number, context(certificate)),
            "number_index": blind_index(paper.number),
        }
    return columns


def changes(before: Recorded, certificate: int, paper: Paper, *, keeps_number: bool) -> dict[Any, Any]:
    found = columns(certificate, paper)
    if keeps_number:
        for name in ("number", "number_sealed", "number_index"):
            del found[name]
    return {name: value for name, value in found.items() if name == "number_sealed" or value != getattr(before, name)}
