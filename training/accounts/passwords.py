"""Password hashing: argon2id in a thread or two, so that a rush of sign-ins never stops the others."""

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from training.accounts.rules import normalised

# OWASP's second choice: 19 MiB, two passes, one lane. The library's default costs 0.8 s a sign-in on a small machine.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
THREADS = 2
_limiters: dict[str, anyio.CapacityLimiter] = {}
# What a wrong user name is checked against, so that the answer takes as long as for a right one.
NOBODY = HASHER.hash("nobody has this password, whoever asks")


async def hashed(password: str) -> str:
    """The argon2id hash to store."""
    return await anyio.to_thread.run_sync(HASHER.hash, normalised(password), limiter=_limiter())


async def matches(password: str, stored: str | None) -> bool:
    """Whether the password belongs to the stored hash. Takes as long when there is none."""
    right = await anyio.to_thread.run_sync(_verify, stored or NOBODY, normalised(password), limiter=_limiter())
    return right and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def turn() -> anyio.CapacityLimiter:
    """`async with turn():` few guess at a time, so that each is judged by the failures before it."""
    return _limiters.setdefault("turn", anyio.CapacityLimiter(THREADS))


def _limiter() -> anyio.CapacityLimiter:
    return _limiters.setdefault("argon2", anyio.CapacityLimiter(THREADS))
