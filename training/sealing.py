"""Encryption of what must not be read in the database, its files or a stolen backup, with one secret per company."""

import base64
import contextlib
import hashlib
import hmac
import logging
import os
import secrets
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from training import settings

NONCE_BYTES = 12
KEY_ID_BYTES = 4

logger = logging.getLogger(__name__)


class Unsealable(Exception):
    """What was sealed cannot be read: it was changed, belongs to another context, or was sealed with another key."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys derived from one secret, each for one purpose."""

    id: bytes
    sealing: AESGCM
    index: bytes
    signing: bytes


def seal(text: str, context: str) -> str:
    """Encrypt a text for one place, named by `context` ("person.id_number:17"); elsewhere it cannot be unsealed."""
    sealed = seal_bytes(text.encode(), context)
    return base64.urlsafe_b64encode(sealed).decode()


def unseal(sealed: str, context: str) -> str:
    """The text that `seal` was given. Raises Unsealable."""
    try:
        raw = base64.b64decode(sealed, altchars=b"-_", validate=True)
    except ValueError as error:
        raise Unsealable("This is not a sealed text.") from error
    return unseal_bytes(raw, context).decode()


def seal_bytes(content: bytes, context: str) -> bytes:
    """Encrypt the content of a file, as `seal` does a text: key id, nonce, AES-256-GCM with the context bound in."""
    keys = _keys()
    nonce = secrets.token_bytes(NONCE_BYTES)
    return keys.id + nonce + keys.sealing.encrypt(nonce, content, context.encode())


def unseal_bytes(sealed: bytes, context: str) -> bytes:
    """The content that `seal_bytes` was given. Raises Unsealable."""
    keys = _keys()
    if sealed[:KEY_ID_BYTES] != keys.id:
        raise Unsealable("This was sealed with another key than the one in use.")
    nonce, encrypted = sealed[KEY_ID_BYTES:][:NONCE_BYTES], sealed[KEY_ID_BYTES + NONCE_BYTES :]
    try:
        return keys.sealing.decrypt(nonce, encrypted, context.encode())
    except (InvalidTag, ValueError) as error:
        raise Unsealable("This was changed after it was sealed, or was sealed for another place.") from error


def blind_index(text: str) -> bytes:
    """32 bytes to find an encrypted text by: equal texts give equal bytes, which tell nothing without the key."""
    return hmac.digest(_keys().index, text.encode(), hashlib.sha256)


def sign(content: bytes) -> bytes:
    """32 bytes that only a holder of the secret can make for this content. Compare with `hmac.compare_digest`."""
    return hmac.digest(_keys().signing, content, hashlib.sha256)


@cache
def _keys() -> Keys:
    options = settings.current()
    if options.secret_key is not None:
        return derived(options.secret_key.encode())
    return derived(secret_in(options.data_folder() / "secret.key"))


def derived(secret: bytes) -> Keys:
    """The keys of a secret (HKDF-SHA256, one label a purpose)."""
    return Keys(
        id=_expanded(secret, "id")[:KEY_ID_BYTES],
        sealing=AESGCM(_expanded(secret, "sealing")),
        index=_expanded(secret, "index"),
        signing=_expanded(secret, "signing"),
    )


def _expanded(secret: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"chizheng {purpose} 1".encode()).derive(secret)


def secret_in(path: Path) -> bytes:
    """The 32 bytes kept in a file that only its owner may read; made on first use, once, whoever comes first."""
    if not path.exists():
        handle, made = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
        try:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32) + "\n")
                file.flush()
                os.fsync(handle)
            # A link, not a rename: it fails where another process was quicker, and then theirs is the secret.
            with contextlib.suppress(FileExistsError):
                os.link(made, path)
        finally:
            Path(made).unlink()
    if path.stat().st_mode & 0o077:
        logger.warning("%s can be read by others; make it private with chmod 600.", path)
    try:
        secret = bytes.fromhex(path.read_text().strip())
    except ValueError:
        secret = b""
    if len(secret) != 32:
        raise settings.BadSetting(f"{path} must hold 64 hexadecimal digits. Bring it back from where it is kept safe.")
    return secret
