"""Read a posted form, or a query string, into a msgspec Struct, keeping every field's own error and what was typed."""

import typing
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from datetime import time as clock_time
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar

import msgspec
from multidict import MultiMapping

from training.calendar import typed_date, typed_time
from training.errors import Refused
from training.words import Message, say

T = TypeVar("T", bound=msgspec.Struct)
LONGEST_TEXT = 2_000


class Form(Generic[T]):
    """What was typed, what it means (`value`, once valid), and what is wrong with it.

    `errors` maps a field's name to its messages; "" holds what belongs to no field.
    """

    def __init__(
        self, model: type[T], posted: MultiMapping[Any] | None = None, *, start: Mapping[str, Any] | None = None
    ) -> None:
        self.typed: dict[str, Any] = {name: _shown(value) for name, value in (start or {}).items()}
        self.errors: dict[str, list[Message]] = {}
        self.value: T | None = None
        if posted is not None:
            self._read(model, posted)

    def _read(self, model: type[T], posted: MultiMapping[Any]) -> None:
        values: dict[str, Any] = {}
        for field in msgspec.structs.fields(model):
            texts = [_clean(text) for text in posted.getall(field.encode_name, []) if isinstance(text, str)]
            many = _is_list(field.type)
            self.typed[field.name] = texts if many else (texts[-1] if texts else "")
            try:
                if many:
                    values[field.name] = [_read_one(text, typing.get_args(field.type)[0]) for text in texts if text]
                elif not texts or texts == [""]:
                    if field.required:
                        raise _WrongError(say("This is required."))
                elif len(texts) > 1:
                    raise _WrongError(say("This was sent more than once."))
                else:
                    values[field.name] = _read_one(texts[0], field.type)
            except _WrongError as wrong:
                self.errors[field.name] = [wrong.message]
        if not self.errors:
            self.value = model(**values)

    def refuse(self, refusal: Refused) -> None:
        """Show a rule's objections where the person can act on them."""
        self.errors.setdefault(refusal.field, []).extend(refusal.objections)


def read_query(model: type[T], query: MultiMapping[Any]) -> T:
    """Filters from a query string: what cannot be read is left at its default, for a list's address is no form."""
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(model):
        texts = [text for text in map(_clean, query.getall(field.encode_name, [])) if text]
        try:
            if _is_list(field.type):
                values[field.name] = [_read_one(text, typing.get_args(field.type)[0]) for text in texts[:200]]
            elif texts:
                values[field.name] = _read_one(texts[0], field.type)
        except _WrongError:
            continue
    return model(**values)


class _WrongError(Exception):
    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def _is_list(wanted: Any) -> bool:
    return typing.get_origin(wanted) in (list, Sequence)


def _clean(text: str) -> str:
    """NFC, no control characters but line breaks, no space around."""
    kept = "".join(c for c in text if c in "\n\t" or not unicodedata.category(c).startswith("C"))
    return unicodedata.normalize("NFC", kept).strip()


def _read_one(text: str, wanted: Any) -> Any:
    base, longest = _base(wanted)
    if len(text) > longest:
        raise _WrongError(say("This is too long: at most {length} characters.", length=longest))
    match base:
        case type() if base is bool:
            return text not in ("", "0", "false", "off")
        case type() if base is date:
            if (day := typed_date(text)) is None:
                raise _WrongError(say("This is not a date. Write it like 2026-12-02."))
            return day
        case type() if base is clock_time:
            if (at := typed_time(text)) is None:
                raise _WrongError(say("This is not a time. Write it like 09:00."))
            return at
        case type() if base is int:
            return _whole_number(text, wanted)
        case _:
            return _converted(text, wanted, say("This is not one of the choices."))


def _whole_number(text: str, wanted: Any) -> int:
    plain = unicodedata.normalize("NFKC", text).replace(",", "")
    if not plain.lstrip("-").isascii() or not plain.lstrip("-").isdigit() or len(plain) > 12:
        raise _WrongError(say("This is not a whole number."))
    number: int = _converted(int(plain), wanted, say("This number is out of range."))
    return number


def _converted(value: Any, wanted: Any, wrong: Message) -> Any:
    try:
        return msgspec.convert(value, wanted, strict=False)
    except (msgspec.ValidationError, OverflowError) as error:
        raise _WrongError(wrong) from error


def _base(wanted: Any) -> tuple[Any, int]:
    """The type behind Annotated and `| None`, and the longest text it takes."""
    longest = LONGEST_TEXT
    if typing.get_origin(wanted) is typing.Annotated:
        wanted, *notes = typing.get_args(wanted)
        longest = next((n.max_length for n in notes if isinstance(n, msgspec.Meta) and n.max_length), longest)
    if typing.get_origin(wanted) in (UnionType, typing.Union):
        inner = next(option for option in typing.get_args(wanted) if option is not NoneType)
        return _base(inner)[0], longest
    return wanted, longest


def _shown(value: Any) -> Any:
    """A stored value as it is typed."""
    match value:
        case None:
            return ""
        case True:
            return "1"
        case False:
            return ""
        case list() | tuple() | set() | frozenset():
            return [_shown(one) for one in value]
        case clock_time():
            return value.strftime("%H:%M")
        case _:
            return str(value)
