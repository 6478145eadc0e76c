"""Our own private PostgreSQL server over a folder: made on first use, shared by processes, stopped by the last of them.

It listens on no address, only on a socket that its owner alone can open, with a password besides. A process that was
killed, or a computer that lost power, leaves nothing to repair by hand.
"""

import atexit
import fcntl
import logging
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from training.db.binaries import VERSION, Account, Unusable, account_for, programs_for

USER = DATABASE = "training"
PORT = 5432
# sun_path holds 108 bytes on Linux and 104 on macOS, with a NUL at the end; the file is called .s.PGSQL.5432.
LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432.lock")
MESSAGE_EVERY = 5.0
STOP_PATIENCE = 60.0
# A process id that no system gives out; see `_forget_process`.
NO_PROCESS = 2**31 - 1

logger = logging.getLogger(__name__)


class EmbeddedServer:
    """The server of one folder, as one user of it sees it. `start` and `stop` may be called from any thread."""

    def __init__(self, folder: Path, *, options: Mapping[str, str] | None = None, home: Path | None = None) -> None:
        """`options` are server settings for whoever starts it; `home` is where data goes that cannot be in `folder`."""
        self.folder = folder.absolute()
        self.options = dict(options or {})
        self.home = home or _system_home()
        self._hold: int | None = None

    @property
    def log(self) -> Path:
        """What the server itself writes down."""
        return self.folder / "server.log"

    def start(self) -> dict[str, Any]:
        """Make sure that the server runs and stays until `stop`; the arguments asyncpg connects with.

        Waits as long as the server needs to recover from a crash, saying so in the log. Raises Unusable.
        """
        self._make_folder()
        with self._alone():
            if self._hold is None:
                self._hold = os.open(self.folder / "users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                # Never has to wait: whoever takes this lock for itself holds the other one meanwhile.
                fcntl.flock(self._hold, fcntl.LOCK_SH)
                atexit.register(self.stop)
            try:
                return self._started()
            except BaseException:
                self._let_go()
                raise

    def stop(self) -> None:
        """Take our hand off the server; the last to do so stops it, waiting until all is written."""
        if self._hold is None:
            return
        with self._alone():
            try:
                fcntl.flock(self._hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self._stop_server()
            finally:
                self._let_go()

    def process(self) -> int | None:
        """The process id of the running server, or None."""
        noted = self._noted()
        return noted[0] if noted and self._is_server(noted[0]) else None

    # Folders and locks.

    def _make_folder(self) -> None:
        if not self.folder.exists():
            # As root, the server's user has to pass through.
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Held by whoever starts or stops the server, one at a time over all processes."""
        try:
            handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except PermissionError:
            raise Unusable(
                f"The database in {self.folder} belongs to another user of this computer. Run as that user."
            ) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _let_go(self) -> None:
        if self._hold is not None:
            os.close(self._hold)
            self._hold = None
            atexit.unregister(self.stop)

    @property
    def _cluster(self) -> Path:
        """PostgreSQL's data: in our folder, or where the note left there says."""
        note = self.folder / "elsewhere"
        return Path(note.read_text().rstrip("\n")) if note.exists() else self.folder / "cluster"

    def _placed(self, account: Account) -> Path:
        """Where the data goes: into our folder or, where the server's user cannot enter that, the system's."""
        if account.is_ours or account.can_enter(self.folder) or (self.folder / "elsewhere").exists():
            return self._cluster
        # A new name each time: what a removed folder of the same path left behind has another password.
        place = self.home / secrets.token_hex(8) / "cluster"
        place.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        if not account.can_enter(place.parent):
            raise Unusable(
                f"The database runs as the user {account.name}, who cannot enter {self.folder}. "
                "Set TRAINING_DATA_DIR to a folder that user can reach, or do not run as root."
            )
        _write(self.folder / "elsewhere", f"{place}\n")
        logger.warning(
            "The database runs as %s, who cannot enter %s: it is kept in %s.", account.name, self.folder, place
        )
        return place

    # Starting.

    def _started(self) -> dict[str, Any]:
        running = self.process()
        if running is None or not self._becomes_ready(running, None):
            account = account_for(self._cluster)
            cluster = self._placed(account)
            programs = programs_for(account)
            self._initialise(cluster, account, programs)
            self._run(cluster, account, programs)
        noted = self._noted()
        if noted is None:
            raise Unusable(f"The database stopped while it was starting: {self._last_words()}")
        return {
            "host": noted[1],
            "port": PORT,
            "user": USER,
            "database": DATABASE,
            "password": self._password(),
        }

    def _password(self) -> str:
        path = self.folder / "password"
        if not path.exists():
            _write(path, secrets.token_urlsafe(32))
        return path.read_text()

    def _initialise(self, cluster: Path, account: Account, programs: Path) -> None:
        version = cluster / "PG_VERSION"
        if version.exists():
            if (made_by := version.read_text().strip()) != str(VERSION):
                raise Unusable(f"The database in {cluster} was made by PostgreSQL {made_by}, and this is {VERSION}.")
            return
        # Made beside its place and renamed at the end, so that half a database is never taken for one.
        making = cluster.with_name("cluster.new")
        password = cluster.with_name("cluster.password")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        account.own(making)
        _write(password, self._password())
        account.own(password)
        command = [
            str(programs / "initdb"),
            f"--pgdata={making}",
            f"--username={USER}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--locale-provider=builtin",
            "--data-checksums",
            "--no-instructions",
            *(["--no-sync"] if self.options.get("fsync") == "off" else []),
        ]
        try:
            self._succeed(command, account)
        finally:
            password.unlink()
        # PostgreSQL's single-user mode: no server runs yet.
        single = [str(programs / "postgres"), "--single", "-D", str(making), "postgres"]
        self._succeed(single, account, said=f"CREATE DATABASE {DATABASE};\n")
        making.rename(cluster)

    def _succeed(self, command: list[str], account: Account, *, said: str = "") -> None:
        done = subprocess.run(  # noqa: S603
            command, check=False, input=said, capture_output=True, text=True, env=_environment(), **account.as_process()
        )
        if done.returncode != 0:
            raise Unusable(f"The database could not be made in {self.folder}: {done.stderr.strip()[-500:]}")

    def _run(self, cluster: Path, account: Account, programs: Path) -> None:
        self._forget_process(cluster)
        socket_folder = self._socket_folder(account)
        options = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": '"{}"'.format(str(socket_folder).replace('"', '""')),
            "unix_socket_permissions": "0700",
            "password_encryption": "scram-sha-256",
            "log_checkpoints": "off",
            "log_timezone": "UTC",
            "timezone": "UTC",
            **self.options,
        }
        command = [str(programs / "postgres"), "-D", str(cluster)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        deadline = time.monotonic() + 30
        while True:
            if self.log.exists() and self.log.stat().st_size > 4_000_000:
                self.log.replace(self.log.with_suffix(".log.1"))
            log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            start = os.fstat(log).st_size
            try:
                # A session of its own, so that Ctrl-C in a terminal stops us and not the server under us.
                server = subprocess.Popen(  # noqa: S603
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    env=_environment(),
                    **account.as_process(),
                )
            finally:
                os.close(log)
            # Whoever started it has to notice its end, or the system keeps the process as a ghost.
            threading.Thread(target=server.wait, daemon=True, name="postgres").start()
            if self._becomes_ready(server.pid, server.poll):
                return
            words = self._last_words(start)
            # Processes of a server that was killed need a moment to see it and leave.
            if "shared memory block" not in words or time.monotonic() > deadline:
                raise Unusable(f"The database did not start: {words}")
            time.sleep(0.2)

    def _becomes_ready(self, process: int, ended: Callable[[], int | None] | None) -> bool:
        """Wait until the server takes connections (True) or is no more (False)."""
        began = told = time.monotonic()
        while True:
            noted = self._noted()
            if noted and noted[0] == process and noted[2] == "ready":
                return True
            if (ended() is not None) if ended else not self._is_server(process):
                return False
            if time.monotonic() - told > MESSAGE_EVERY:
                told = time.monotonic()
                logger.warning(
                    "The database is still starting after %d s; after a crash it first repairs itself. Please wait.",
                    told - began,
                )
            time.sleep(0.02)

    def _socket_folder(self, account: Account) -> Path:
        """A folder for the socket that nobody else can enter, with a path that is short enough for one."""
        folder = self._cluster.with_name("run")
        if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER or set(str(folder)) & set("\",'\\"):
            note = self.folder / "socket-folder"
            folder = Path(note.read_text()) if note.exists() else Path()
            if note.exists() and _is_private(folder, account):
                return folder
            parent = Path(tempfile.gettempdir())
            if len(os.fsencode(parent)) > LONGEST_SOCKET_FOLDER - len("/chizheng-xxxxxxxx") or not account.can_enter(
                parent
            ):
                parent = Path("/tmp")  # noqa: S108
            folder = Path(tempfile.mkdtemp(prefix="chizheng-", dir=parent))
            account.own(folder)
            _write(note, str(folder))
        elif not folder.exists():
            folder.mkdir(mode=0o700)
            account.own(folder)
        return folder

    # Stopping, and what is left of a server.

    def _stop_server(self) -> None:
        process = self.process()
        if process is None:
            return
        os.kill(process, signal.SIGINT)
        told = time.monotonic()
        deadline = told + STOP_PATIENCE
        while self._is_server(process):
            if time.monotonic() > deadline:
                logger.warning("The database is taking long to stop; it goes on by itself.")
                return
            time.sleep(0.02)
        note = self.folder / "socket-folder"
        if note.exists():
            shutil.rmtree(note.read_text(), ignore_errors=True)
            note.unlink()

    def _noted(self) -> tuple[int, str, str] | None:
        """What postmaster.pid says: process, socket folder, state ("starting", "ready", "stopping")."""
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
            return (abs(int(lines[0])), lines[4].strip(), lines[7].strip() if len(lines) > 7 else "starting")
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _is_server(self, process: int) -> bool:
        """Whether the process lives and is the server of this folder, and not one that was given its number later."""
        return str(self._cluster) in _command_line(process)

    def _forget_process(self, cluster: Path) -> None:
        """Take the number of a dead server out of postmaster.pid where some other process has it now.

        PostgreSQL would think that its predecessor lives. The rest stays: by it the server sees to it that no process
        of the predecessor still has the data open.
        """
        noted = self._noted()
        if noted and _exists(noted[0]) and not self._is_server(noted[0]):
            path = cluster / "postmaster.pid"
            first, rest = path.read_text().split("\n", 1)
            logger.info("The number of a dead server, %s, is another process's now.", first)
            with path.open("r+") as file:
                file.write(f"{NO_PROCESS}\n{rest}")
                file.truncate()

    def _last_words(self, start: int = 0) -> str:
        try:
            with self.log.open("rb") as file:
                file.seek(start)
                words = file.read()[-1000:].decode(errors="replace").strip()
        except FileNotFoundError:
            words = ""
        return words or f"it said nothing; see {self.log}"


def _system_home() -> Path:
    """Where the system keeps the data of services."""
    return Path("/Library/Application Support/chizheng") if sys.platform == "darwin" else Path("/var/lib/chizheng")


def _environment() -> dict[str, str]:
    """The server sees none of our environment, which may hold secrets or settings of other servers (PGDATA, PGPORT)."""
    return {"LC_ALL": "C.UTF-8" if sys.platform != "darwin" else "C", "TZ": "UTC", "PATH": os.defpath}


def _write(path: Path, text: str) -> None:
    """A file that only we can read, whole or not at all, even where the power fails."""
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(handle)
    Path(made).replace(path)


def _is_private(folder: Path, account: Account) -> bool:
    try:
        status = folder.lstat()
    except OSError:
        return False
    return folder.is_dir() and not folder.is_symlink() and status.st_uid == account.uid and not status.st_mode & 0o077


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _command_line(process: int) -> str:
    """How a process was started; empty when it is dead, or dead and only not yet collected by its parent."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{process}/cmdline").read_bytes().decode(errors="surrogateescape").replace("\0", " ")
        except OSError:
            return ""
    asked = subprocess.run(  # noqa: S603
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(process)], check=False, capture_output=True
    )
    return os.fsdecode(asked.stdout)
