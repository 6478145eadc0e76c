import pytest

from training.db import DB, transaction


@pytest.fixture
async def number(db):
    await DB.run_ddl("CREATE TEMPORARY TABLE number (n int PRIMARY KEY)")

    async def write(n: int) -> None:
        await DB.run_ddl(f"INSERT INTO number VALUES ({n})")

    async def read() -> list[int]:
        return [row["n"] for row in await DB.run_ddl("SELECT n FROM number ORDER BY n")]

    write.read = read
    return write


async def write_and_fail(number, n: int) -> None:
    async with transaction():
        async with transaction():
            await number(n)
        raise ValueError("no")


async def test_an_inner_failure_that_is_caught_leaves_only_the_outer_writes(number):
    async with transaction():
        await number(1)
        with pytest.raises(ValueError, match="no"):
            await write_and_fail(number, 2)
        async with transaction():
            await number(3)

    assert await number.read() == [1, 3]


async def test_an_outer_failure_takes_the_inner_writes_with_it(number):
    with pytest.raises(ValueError, match="no"):
        await write_and_fail(number, 1)

    assert await number.read() == []


async def test_a_refused_statement_does_not_spoil_the_transaction_around_it(number):
    from asyncpg import UniqueViolationError

    await number(1)
    with pytest.raises(UniqueViolationError):
        async with transaction():
            await number(1)

    assert await number.read() == [1]


async def test_sql_by_hand_uses_a_parameter_as_often_as_it_likes_inside_the_transaction(number):
    await number(2)

    rows = await DB.rows("SELECT n, n * $1::int AS times FROM number WHERE n = $1 OR n > $1 + $2::int", 2, 1)

    assert [tuple(row) for row in rows] == [(2, 4)]


async def test_a_pooled_connection_comes_back_without_what_was_left_open(schema):
    from training import settings
    from training.db import DB, close_database, open_database

    before = DB.config
    try:
        await open_database(settings.current())
        connection = await DB.acquired()
        await connection.execute("BEGIN; CREATE TEMP TABLE left_open ()")
        await DB.released(connection)

        again = await DB.acquired()
        assert not again.is_in_transaction()
        await DB.released(again)
    finally:
        await close_database()
        DB.config = before
