"""The folder of kept files: sealed, named by the hash of their content, on the disk before anybody is told so."""

import contextlib
import os
import tempfile
from pathlib import Path

from training import settings
from training.sealing import seal_bytes, unseal_bytes


def write(sha256: str, content: bytes) -> None:
    """Keep a content under its hash. Writing it twice is harmless; a crash leaves all of it or nothing."""
    path = _path(sha256)
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=".keeping-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(seal_bytes(content, _context(sha256)))
            file.flush()
            os.fsync(file.fileno())
        Path(made).replace(path)
        _sync_folder(path.parent)
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(made).unlink()


def read(sha256: str) -> bytes:
    """A kept content. Raises FileNotFoundError when it is gone, Unsealable when it was touched."""
    return unseal_bytes(_path(sha256).read_bytes(), _context(sha256))


def _path(sha256: str) -> Path:
    return settings.current().data_folder() / "files" / sha256[:2] / sha256


def _context(sha256: str) -> str:
    return f"file:{sha256}"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
