"""Sentences with named facts: written once in English, translated only by the face that shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias


class Named(NamedTuple):
    """A name that reference data gives in both languages, such as a certificate type's."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en


Fact: TypeAlias = "str | int | float | date | Named | Message"


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence and its facts. `plural` and `count` are given where the wording depends on a number."""

    text: str
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    plural: str = ""
    count: int = 1

    def __str__(self) -> str:
        sentence = self.plural if self.plural and self.count != 1 else self.text
        return sentence.format(**{name: str(fact) for name, fact in self.facts.items()})

    def __hash__(self) -> int:
        return hash((self.text, tuple(sorted((name, str(fact)) for name, fact in self.facts.items()))))


def say(text: str, **facts: Fact) -> Message:
    """A sentence to show a person: `say("It clashes with {session}.", session=name)`. Marks `text` for gettext."""
    return Message(text, MappingProxyType(facts))


def says(text: str, plural: str, count: int, **facts: Fact) -> Message:
    """A sentence that depends on a number, which is also the fact `{count}`. Marks both forms for gettext."""
    return Message(text, MappingProxyType({**facts, "count": count}), plural, count)


def packed(message: Message) -> dict[str, Any]:
    """The message as plain JSON, for a column; `unpacked` reads it back."""
    facts = {name: _packed_fact(fact) for name, fact in message.facts.items()}
    return {"text": message.text, "plural": message.plural, "count": message.count, "facts": facts}


def unpacked(stored: Mapping[str, Any]) -> Message:
    """A message that `packed` wrote."""
    facts = {name: _unpacked_fact(fact) for name, fact in stored["facts"].items()}
    return Message(stored["text"], MappingProxyType(facts), stored["plural"], stored["count"])


def _packed_fact(fact: Fact) -> Any:
    match fact:
        case Message():
            return {"message": packed(fact)}
        case Named():
            return {"zh": fact.zh, "en": fact.en}
        case date():
            return {"date": fact.isoformat()}
        case _:
            return fact


def _unpacked_fact(stored: Any) -> Fact:
    match stored:
        case {"message": message}:
            return unpacked(message)
        case {"zh": zh, "en": en}:
            return Named(zh, en)
        case {"date": day}:
            return date.fromisoformat(day)
        case _:
            plain: str | int | float = stored
            return plain
