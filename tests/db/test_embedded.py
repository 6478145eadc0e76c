import asyncio
import os
import shutil
import signal
import stat
import time
from pathlib import Path

import asyncpg
import pytest

from tests.conftest import QUICK
from training.db.binaries import Unusable, account_for, copy_of_programs, programs_for
from training.db.embedded import LONGEST_SOCKET_FOLDER, EmbeddedServer

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")


def asked(connection: dict, sql: str):
    async def ask():
        connected = await asyncpg.connect(**connection)
        try:
            return await connected.fetchval(sql)
        finally:
            await connected.close()

    return asyncio.run(ask())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def gone(process: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_a_server_is_private(own_server):
    connection = own_server.start()

    assert {
        name: asked(connection, f"SELECT current_setting('{name}')")
        for name in ("listen_addresses", "data_checksums", "server_encoding", "unix_socket_permissions")
    } == {
        "listen_addresses": "",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "unix_socket_permissions": "0700",
    }
    assert asked(connection, "SELECT datlocale FROM pg_database WHERE datname = current_database()") == "C.UTF-8"
    assert mode(own_server.folder / "password") == 0o600
    assert mode(own_server.folder / "cluster") == 0o700
    assert mode(Path(connection["host"])) == 0o700
    with pytest.raises(asyncpg.InvalidPasswordError):
        asked({**connection, "password": "guessed"}, "SELECT 1")


def test_the_last_user_stops_the_server(own_server, another_process):
    own_server.start()
    process = own_server.process()
    other = another_process(own_server)
    assert int(other.stdout.readline()) == process

    own_server.stop()
    assert own_server.process() == process

    other.stdin.close()
    other.wait(timeout=10)
    assert own_server.process() is None
    assert gone(process)


def test_processes_that_start_at_once_share_one_server(new_server, another_process):
    others = [another_process(new_server) for _ in range(3)]

    processes = {int(other.stdout.readline()) for other in others}

    assert processes == {new_server.process()}


def test_a_user_that_was_killed_holds_nothing(own_server, another_process):
    other = another_process(own_server)
    process = int(other.stdout.readline())
    other.kill()
    other.wait()
    assert own_server.process() == process

    own_server.start()
    own_server.stop()

    assert own_server.process() is None


def test_a_killed_server_comes_back_with_its_data(own_server):
    own_server.options = {}
    connection = own_server.start()
    asked(connection, "CREATE TABLE kept (n int)")
    asked(connection, "INSERT INTO kept VALUES (7)")
    process = own_server.process()

    os.kill(process, signal.SIGKILL)
    assert gone(process)
    connection = own_server.start()

    assert asked(connection, "SELECT n FROM kept") == 7
    assert own_server.process() != process


def test_the_number_of_a_dead_server_may_be_another_process_now(own_server):
    own_server.start()
    process = own_server.process()
    note = own_server.folder / "cluster" / "postmaster.pid"
    lines = note.read_text().split("\n")
    os.kill(process, signal.SIGKILL)
    assert gone(process)
    note.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    assert asked(own_server.start(), "SELECT 1") == 1


def test_half_a_database_is_not_taken_for_one(new_server):
    new_server.folder.mkdir(mode=0o711)
    half = new_server.folder / "cluster.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    assert asked(new_server.start(), "SELECT 1") == 1
    assert not half.exists()


def test_a_deep_folder_has_its_socket_elsewhere(folder):
    deep = folder / "员工" / ("x" * LONGEST_SOCKET_FOLDER)
    server = EmbeddedServer(deep, options=QUICK)

    connection = server.start()

    assert asked(connection, "SELECT 1") == 1
    assert mode(Path(connection["host"])) == 0o700
    assert server.start() == connection
    server.stop()
    assert not Path(connection["host"]).exists()


def test_a_database_of_another_version_is_left_alone(new_server):
    cluster = new_server.folder / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("16\n")

    with pytest.raises(Unusable, match=r"was made by PostgreSQL 16, and this is 18\."):
        new_server.start()


def test_a_server_that_cannot_start_says_why(own_server):
    own_server.start()
    own_server.stop()
    server = EmbeddedServer(own_server.folder, options={**QUICK, "shared_buffers": "nonsense"})

    with pytest.raises(Unusable, match=r"did not start: .*shared_buffers"):
        server.start()

    server.stop()
    assert server.process() is None


@as_root
def test_as_root_the_server_runs_as_somebody_else(own_server):
    own_server.start()

    assert Path(f"/proc/{own_server.process()}").stat().st_uid != 0
    assert (own_server.folder / "cluster").stat().st_uid == Path(f"/proc/{own_server.process()}").stat().st_uid


@as_root
def test_as_root_a_folder_that_nobody_else_may_enter_stays_so(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedServer(closed / "postgres", options=QUICK, home=folder / "home")

    connection = server.start()

    assert asked(connection, "SELECT 1") == 1
    assert mode(closed) == 0o700
    assert (closed / "postgres" / "elsewhere").read_text().startswith(str(folder / "home"))
    server.stop()
    assert server.start() == connection
    server.stop()

    shutil.rmtree(closed)
    closed.mkdir(mode=0o700)
    assert asked(server.start(), "SELECT 1") == 1
    server.stop()


@as_root
def test_as_root_the_server_without_a_place_says_what_to_do(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedServer(closed / "postgres", options=QUICK, home=closed / "home")

    with pytest.raises(Unusable, match="Set TRAINING_DATA_DIR to a folder that user can reach"):
        server.start()


@as_root
def test_programs_out_of_reach_are_copied(folder):
    account = account_for(folder / "cluster")
    installed = programs_for(account).parents[1]
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for name in (installed.name, f"{installed.name}.libs"):
        (closed / name).symlink_to(installed.with_name(name))

    programs = copy_of_programs(closed / installed.name, folder / "cache")

    assert programs.is_relative_to(folder / "cache")
    assert copy_of_programs(closed / installed.name, folder / "cache") == programs
    assert mode(closed) == 0o700
    assert shutil.which("postgres", path=str(programs))
