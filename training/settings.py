"""What may differ from one installation to the next, read once from the environment. Nothing else reads it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LANGUAGES = ("zh-Hans", "en")
SHANGHAI = ZoneInfo("Asia/Shanghai")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class BadSetting(ValueError):
    """A setting cannot be used. The text says which, and what it should be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of this process. `database_url` is None when the database is our own embedded server."""

    data_dir: Path = Path("data")
    database_url: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    origin: str = "http://127.0.0.1:8000"
    allowed_hosts: tuple[str, ...] = ("127.0.0.1:8000", "localhost:8000", "[::1]:8000")
    time_zone: ZoneInfo = SHANGHAI
    language: str = "zh-Hans"
    terminal_language: str = "zh-Hans"  # of the command line: as the terminal's locale says, else as `language`
    pool_min: int = 0
    pool_max: int = 8
    # How long to wait: for a connection, for one statement, for a lock somebody holds, for an idle transaction.
    acquire_timeout: timedelta = timedelta(seconds=5)
    statement_timeout: timedelta = timedelta(seconds=8)
    lock_timeout: timedelta = timedelta(seconds=5)
    idle_timeout: timedelta = timedelta(seconds=30)

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies carry Secure and the `__Host-` name, which browsers take over https only."""
        return self.origin.startswith("https://")

    def data_folder(self) -> Path:
        """The data folder, made when it is not there. An existing one keeps its permissions."""
        if not self.data_dir.exists():
            self.data_dir.parent.mkdir(parents=True, exist_ok=True)
            # As root the database runs as another user, who must be able to pass through to its own folder.
            self.data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
        return self.data_dir


@cache
def current() -> Settings:
    """The settings of this process."""
    return read(os.environ)


def read(environment: Mapping[str, str]) -> Settings:
    """The settings that an environment asks for. Raises BadSetting."""
    port = _number(environment, "PORT", default=8000, least=0, most=65535)
    origin = _origin(environment.get("TRAINING_ORIGIN") or f"http://127.0.0.1:{port}")
    pool_max = _number(environment, "TRAINING_POOL_MAX", default=8, least=1, most=500)
    language = _language(environment.get("TRAINING_LANGUAGE") or "zh-Hans")
    return Settings(
        data_dir=Path(environment.get("TRAINING_DATA_DIR") or "data").expanduser().absolute(),
        database_url=_database_url(environment.get("TRAINING_DATABASE_URL")),
        secret_key=_secret_key(environment.get("TRAINING_SECRET_KEY")),
        host=environment.get("TRAINING_HOST") or "127.0.0.1",
        port=port,
        origin=origin,
        allowed_hosts=_allowed_hosts(origin),
        time_zone=_time_zone(environment.get("TRAINING_TIME_ZONE") or "Asia/Shanghai"),
        language=language,
        terminal_language=_terminal_language(environment) or language,
        pool_min=min(_number(environment, "TRAINING_POOL_MIN", default=0, least=0, most=500), pool_max),
        pool_max=pool_max,
        acquire_timeout=_seconds(environment, "TRAINING_ACQUIRE_TIMEOUT", default=5),
        statement_timeout=_seconds(environment, "TRAINING_STATEMENT_TIMEOUT", default=8),
        lock_timeout=_seconds(environment, "TRAINING_LOCK_TIMEOUT", default=5),
        idle_timeout=_seconds(environment, "TRAINING_IDLE_TIMEOUT", default=30),
    )


def _number(environment: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    text = environment.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise BadSetting(f"{name} must be a whole number from {least} to {most}; it is {text!r}.")
    return int(text)


def _seconds(environment: Mapping[str, str], name: str, *, default: float) -> timedelta:
    text = environment.get(name) or str(default)
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0.05 <= seconds <= 3600:
        raise BadSetting(f"{name} must be a number of seconds from 0.05 to 3600; it is {text!r}.")
    return timedelta(seconds=seconds)


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise BadSetting(f"TRAINING_ORIGIN must look like https://training.example.com; it is {text!r}.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise BadSetting(
            "TRAINING_ORIGIN must begin with https:// unless it names this machine (127.0.0.1, localhost); "
            f"it is {text!r}."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _allowed_hosts(origin: str) -> tuple[str, ...]:
    """The values of the Host header that are answered, in lower case, with the port where one is named."""
    parts = urlsplit(origin)
    if parts.hostname not in LOOPBACK:
        return (parts.netloc,)
    port = f":{parts.port}" if parts.port else ""
    return tuple(f"[{name}]{port}" if ":" in name else f"{name}{port}" for name in LOOPBACK)


def _database_url(text: str | None) -> str | None:
    if not text:
        return None
    if urlsplit(text).scheme not in ("postgresql", "postgres"):
        # The text itself may hold a password, so it is not repeated.
        raise BadSetting("TRAINING_DATABASE_URL must look like postgresql://user:password@host:5432/database.")
    return text


def _secret_key(text: str | None) -> str | None:
    if not text:
        return None
    if len(text.encode()) < 32 or len(set(text)) < 8:
        raise BadSetting("TRAINING_SECRET_KEY must be at least 32 random characters.")
    return text


def _time_zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadSetting(f"TRAINING_TIME_ZONE must be a zone such as Asia/Shanghai; it is {text!r}.") from None


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise BadSetting(f"TRAINING_LANGUAGE must be one of {', '.join(LANGUAGES)}; it is {text!r}.")
    return text


def _terminal_language(environment: Mapping[str, str]) -> str:
    """The language of the locale, by POSIX's order of precedence; empty where it is neither Chinese nor English."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return {"zh": "zh-Hans", "en": "en"}.get(locale[:2].lower(), "")
