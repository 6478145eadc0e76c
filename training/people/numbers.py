"""Identity numbers and phones as they are stored: sealed for one person, found again by a blind index, shown by a tail.

A sealed number is bound to its row's id ("person.identity:17"), so that it cannot be moved to another person. The id is
therefore taken from the sequence before the row is written, one at a time or many for a COPY: `fresh_ids`.
"""

from typing import Any

from training.people.rules import IdentityKind, mask_phone, normal, phone_number, tail
from training.people.tables import Person
from training.sealing import blind_index, seal, unseal

FRESH_IDS = "SELECT nextval(pg_get_serial_sequence('person', 'id')) AS id FROM generate_series(1, {})"


async def fresh_ids(count: int) -> list[int]:
    """Ids for rows about to be written; nobody else is given them."""
    return [row["id"] for row in await Person.raw(FRESH_IDS, count)]


def identity_columns(person: int, *, kind: IdentityKind, number: str) -> dict[str, Any]:
    """The columns of `Person` that hold an identity number, by their names."""
    plain = normal(number) if kind is not IdentityKind.NONE else ""
    return {
        "identity_kind": kind.value,
        "identity_sealed": seal(plain, f"person.identity:{person}") if plain else None,
        "identity_index": identity_index(plain) if plain else None,
        "identity_tail": tail(plain),
    }


def identity_index(number: str) -> bytes:
    """What `Person.identity_index` holds for a number, resident identity or passport."""
    return blind_index(normal(number))


def phone_columns(person: int, number: str) -> dict[str, Any]:
    """The columns of `Person` that hold a phone number, by their names."""
    plain = phone_number(number)
    return {"phone_sealed": seal(plain, f"person.phone:{person}") if plain else None, "phone_tail": plain[-4:]}


def identity_number(person: int, sealed: str | None) -> str:
    """The clear identity number, empty where there is none. Raises Unsealable."""
    return unseal(sealed, f"person.identity:{person}") if sealed else ""


def phone(person: int, sealed: str | None) -> str:
    """The clear phone number, empty where there is none. Raises Unsealable."""
    return unseal(sealed, f"person.phone:{person}") if sealed else ""


def masked_phone(person: int, sealed: str | None) -> str:
    return mask_phone(phone(person, sealed))
