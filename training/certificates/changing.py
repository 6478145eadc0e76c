"""Why something cannot be done to a certificate as it stands: what disables a button is what the action would say."""

from datetime import date
from typing import Protocol

from training.words import Message, say


class Standing(Protocol):
    """The days on which something happened to a certificate."""

    @property
    def in_process_on(self) -> date | None: ...
    @property
    def suspended_on(self) -> date | None: ...
    @property
    def revoked_on(self) -> date | None: ...
    @property
    def superseded_on(self) -> date | None: ...


def objections_to_starting_renewal(held: Standing) -> list[Message]:
    """Why its renewal cannot be recorded as under way."""
    if held.revoked_on or held.superseded_on or held.in_process_on:
        return [say("Its renewal is under way already, or it is no longer the certificate that counts.")]
    return []


def objections_to_reviewing(held: Standing) -> list[Message]:
    """Why no review can be recorded."""
    return [say("It is already revoked.")] if held.revoked_on else []


def objections_to_suspending(held: Standing) -> list[Message]:
    """Why it cannot be suspended."""
    return [say("It is already suspended or revoked.")] if held.suspended_on or held.revoked_on else []


def objections_to_revoking(held: Standing) -> list[Message]:
    """Why it cannot be revoked."""
    return [say("It is already revoked.")] if held.revoked_on else []


def objections_to_stopping_renewal(held: Standing) -> list[Message]:
    """Why its renewal cannot be recorded as not under way after all."""
    return [] if held.in_process_on else [say("Its renewal is not under way.")]


def objections_to_reinstating(held: Standing) -> list[Message]:
    """Why it cannot be put back in force."""
    return [] if held.suspended_on and not held.revoked_on else [say("It is not suspended.")]
