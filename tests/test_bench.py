"""The bench's company is one that the application can read, whatever its size."""

import asyncpg
import pytest

from bench import company
from tests.make import NOW, TODAY
from training.access import COMMAND_LINE
from training.people.rules import id_warnings


@pytest.fixture
async def database(server, schema):
    """A database of its own, which DB leads to; the bench writes without a transaction."""
    from training.db import DB

    name, before = f"{schema}_bench", DB.config
    admin = await asyncpg.connect(**{**server, "database": "postgres"})
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE tests_template')
    DB.config = {**before, "database": name}
    yield
    DB.config = before
    await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await admin.close()


async def test_a_company_is_made_and_read(database):
    from bench import installation
    from training.accounts import queries as accounts
    from training.certificates import queries as certificates
    from training.people import queries as people

    made = await installation.make(40, today=TODAY, now=NOW)

    held = await certificates.holdings_of(7, by=COMMAND_LINE, today=TODAY)
    one = await people.person(7, by=COMMAND_LINE, today=TODAY)
    signed_in = await accounts.signed_in(made.token, now=NOW, today=TODAY)
    assert made.size == company.Size(people=40, certificates=120)
    assert (len(held), one.warnings, one.site is not None) == (3, (), True)
    assert signed_in is not None


def test_identity_numbers_are_unique_and_right():
    numbers = [company.identity_of(person) for person in range(1, 30_000)]

    assert len(set(numbers)) == len(numbers)
    assert [warning for number in numbers[::97] for warning in id_warnings(number, TODAY)] == []


async def test_the_floor_answers_in_the_size_that_is_asked(database):
    import httpx

    from bench import floor, installation
    from training.db import DB

    await installation.make(40, today=TODAY, now=NOW)
    connect = {name: DB.config[name] for name in ("host", "port", "user", "password", "database")}
    floor._pool.append(await asyncpg.create_pool(min_size=1, max_size=1, **connect))
    transport = httpx.ASGITransport(floor.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
        person = await client.get("/people?person=7&size=5000")
        renewals = await client.get(f"/renewals?today={TODAY}&rows=3&size=5000")
    await floor._pool.pop().close()

    assert (person.status_code, renewals.status_code) == (200, 200)
    assert all(4900 <= len(answer.content) <= 5100 for answer in (person, renewals))
