"""Keeping files."""

from hashlib import sha256

from anyio import to_thread

from training.access import Actor
from training.db import transaction
from training.files import rules, store
from training.files.tables import File
from training.journal import actions as journal


async def keep(content: bytes, *, name: str, media_type: str, by: Actor) -> int:
    """Keep a file, and the id it can be found by; the same content again is the same file, under its first name.

    The content is on the disk, sealed, before the row that names it is written.
    """
    digest = sha256(content).hexdigest()
    await to_thread.run_sync(store.write, digest, content)
    async with transaction():
        made = (
            await File.insert(
                File(
                    sha256=digest,
                    name=rules.shown_name(name),
                    media_type=media_type,
                    size=len(content),
                    kept_by=by.account,
                )
            )
            .on_conflict(target=File.sha256, action="DO NOTHING")
            .returning(File.id)
        )
        if not made:
            known = await File.select(File.id).where(File.sha256 == digest).first()
            assert known is not None, "a conflict names a row"
            return int(known["id"])
        await journal.note(by, "file.kept", made[0]["id"], size=len(content))
    return int(made[0]["id"])
