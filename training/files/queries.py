"""What is kept of files, and the way back to their content."""

from dataclasses import dataclass

from anyio import to_thread

from training.errors import Missing
from training.files import store
from training.files.tables import File


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept file: `content` only where it was asked for."""

    id: int
    sha256: str
    name: str
    media_type: str
    size: int
    content: bytes = b""


async def kept(file: int) -> Kept:
    """What is known of a file. Raises Missing."""
    columns = (File.id, File.sha256, File.name, File.media_type, File.size)
    row = await File.select(*columns).where(File.id == file).first()
    if row is None:
        raise Missing("file")
    return Kept(**row)


async def content(file: int) -> Kept:
    """A file with its content. Raises Missing when either is gone."""
    found = await kept(file)
    try:
        read = await to_thread.run_sync(store.read, found.sha256)
    except FileNotFoundError:
        raise Missing("content of a file") from None
    return Kept(found.id, found.sha256, found.name, found.media_type, found.size, read)
