"""Which certificate type a written name means: certain, or asked with the types it may be. Nothing is guessed."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple, Protocol

from training.imports import cells
from training.imports.headers import REFERENCE

FIRE = "消防设施操作员"
MONITORING, MAINTAINING = "monitoring", "maintaining"
_DIRECTIONS = ((MONITORING, re.compile("监控|中控|消控")), (MAINTAINING, re.compile("检测|维修|维保|保养|维护")))
_FAMILIES = ("特种作业操作证", "特种作业证", "特种设备安全管理和作业人员证", "特种设备作业人员证", "特种设备")
_PUNCTUATION = re.compile(r"[\s()\[\]{}<>《》【】“”\"'·,，.。、;；:：/／\\|_—–-]+")
_INNER = re.compile(r"^(?P<outer>[^（(]+)[（(](?P<inner>.+)[)）]$")
_ITEM_CODE = re.compile(r"^(?P<code>[A-Z]\d?)\s+(?P<item>.+)$")
_SEVERAL = re.compile(r"[、,，;；\n+＋]|\s/\s")
SUGGESTIONS = 5


class CertificateType(Protocol):
    """What is read of a certificate type."""

    @property
    def code(self) -> str: ...
    @property
    def name_zh(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def aliases(self) -> Sequence[str]: ...
    @property
    def number_pattern(self) -> str: ...


class NamedType(NamedTuple):
    """A certificate type's names, for whoever keeps them elsewhere."""

    code: str
    name_zh: str
    name_en: str
    aliases: Sequence[str]
    number_pattern: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """`code` when certain. Else `candidates`, best first; `ambiguous` says that the name itself means several types.

    `by_number` says that only the number's pattern told which of several it is; `parts` are the several names that
    stand in one cell.
    """

    code: str = ""
    candidates: tuple[str, ...] = ()
    ambiguous: bool = False
    by_number: bool = False
    parts: tuple[str, ...] = ()


def squeezed(text: str) -> str:
    """A name without spaces and punctuation, half-width, in small letters."""
    return _PUNCTUATION.sub("", cells.key(text))


def ambiguous_names() -> dict[str, tuple[str, ...]]:
    """Squeezed name -> the type codes it may mean, from the reference data."""
    listed: Mapping[str, list[str]] = tomllib.loads(REFERENCE.read_text(encoding="utf-8"))["ambiguous"]
    found = {squeezed(name): tuple(codes) for name, codes in listed.items()}
    found.setdefault("特种作业证", found["特种作业操作证"])
    found.setdefault("特种设备证", found["特种设备作业人员证"])
    return found


class Recogniser:
    """Reads names of certificates against the types on record. Made once per batch, asked once per different name."""

    def __init__(self, types: Sequence[CertificateType], ambiguous: Mapping[str, tuple[str, ...]]) -> None:
        self._types = {type_.code: type_ for type_ in types}
        self._ambiguous = {
            name: known for name, codes in ambiguous.items() if (known := tuple(c for c in codes if c in self._types))
        }
        self._spellings: dict[str, set[str]] = {}
        self._items: dict[str, str] = {}
        for type_ in types:
            for spelling in _spellings(type_):
                self._spellings.setdefault(spelling, set()).add(type_.code)
            for item in _items(type_):
                self._items[item] = type_.code
        self._fire = {type_.code: _fire(type_) for type_ in types if squeezed(type_.name_zh).startswith(FIRE)}

    def recognise(self, name: str, *, item: str = "", level: str = "", number: str = "") -> Recognised:
        """The type that a name means, together with what the item, level and number columns say."""
        plain = squeezed(name)
        if not plain and not item:
            return Recognised()
        found = self._told(plain, squeezed(item), f"{name} {level} {item}", number)
        if found.code or found.ambiguous:
            return found
        parts = tuple(part.strip() for part in _SEVERAL.split(name) if part.strip())
        meant = [
            part
            for part in parts
            if self._told(squeezed(part), "", part, "").candidates or self._similar(squeezed(part))
        ]
        if len(meant) > 1:
            return Recognised(parts=parts)
        return Recognised(candidates=self._similar(plain or squeezed(item)))

    def says_again(self, item: str, code: str) -> bool:
        """Whether an item column only repeats what the type already says."""
        plain = squeezed(item)
        return (
            not plain or self._items.get(plain) == code or code in self._spellings.get(plain, ()) or code in self._fire
        )

    def _told(self, plain: str, item: str, everything: str, number: str) -> Recognised:
        family = next((family for family in _FAMILIES if plain.startswith(squeezed(family))), "")
        if item and item in self._items and (family or not plain or self._agrees(plain, self._items[item])):
            return self._certain(self._items[item])
        if FIRE in plain:
            return self._fire_facility(everything)
        if plain in self._ambiguous:
            return self._narrowed(self._ambiguous[plain], everything, number)
        codes = self._spellings.get(plain, set())
        if len(codes) == 1:
            return self._certain(next(iter(codes)))
        if len(codes) > 1:
            return self._narrowed(tuple(sorted(codes)), everything, number)
        if family:
            inside = {code for item_, code in self._items.items() if len(item_) > 2 and item_ in plain}
            if len(inside) == 1:
                return self._certain(next(iter(inside)))
            if inside:
                return Recognised(candidates=tuple(sorted(inside)), ambiguous=True)
        if item and item in self._items:
            return self._certain(self._items[item])
        return Recognised()

    def _certain(self, code: str) -> Recognised:
        return Recognised(code=code, candidates=(code,))

    def _agrees(self, plain: str, code: str) -> bool:
        return code in self._ambiguous.get(plain, ()) or code in self._spellings.get(plain, ())

    def _fire_facility(self, everything: str) -> Recognised:
        level, direction = cells.levels(everything), _direction(everything)
        fitting = tuple(
            code
            for code, (own_level, own_direction) in self._fire.items()
            if (not level or own_level in level) and (direction is None or own_direction == direction)
        )
        # At level 5 there is only monitoring; at the others a certificate of either direction may exist.
        told = len(level) == 1 and (direction is not None or level == {5})
        if told and len(fitting) == 1:
            return self._certain(fitting[0])
        return Recognised(candidates=fitting or tuple(self._fire), ambiguous=True)

    def _narrowed(self, codes: tuple[str, ...], everything: str, number: str) -> Recognised:
        level = cells.levels(everything)
        levelled = {code: cells.levels(self._types[code].name_zh) for code in codes}
        if len(level) == 1 and any(levelled.values()):
            codes = tuple(code for code in codes if not levelled[code] or level <= levelled[code]) or codes
        patterns = [self._types[code].number_pattern for code in codes]
        if number and all(patterns):
            fitting = [code for code, pattern in zip(codes, patterns, strict=True) if re.fullmatch(pattern, number)]
            if len(fitting) == 1 and len(codes) > 1:
                return Recognised(code=fitting[0], candidates=(fitting[0],), by_number=True)
            codes = tuple(fitting) or codes
        return Recognised(candidates=codes, ambiguous=True)

    def _similar(self, plain: str) -> tuple[str, ...]:
        best: dict[str, float] = {}
        for spelling, codes in self._spellings.items():
            alike = SequenceMatcher(None, plain, spelling).ratio()
            if len(plain) > 1 and (plain in spelling or spelling in plain):
                alike += 0.3
            for code in codes:
                best[code] = max(best.get(code, 0), alike)
        ranked = sorted((code for code, alike in best.items() if alike > 0.4), key=lambda code: (-best[code], code))
        return tuple(ranked[:SUGGESTIONS])


def _spellings(type_: CertificateType) -> Iterable[str]:
    for written in (type_.code, type_.name_zh, type_.name_en, *type_.aliases):
        yield squeezed(written)
    yield from _items(type_)


def _items(type_: CertificateType) -> Iterable[str]:
    """The job item inside a name's brackets: 低压电工作业; A, 特种设备安全管理 and both together in either order."""
    found = _INNER.match(type_.name_zh)
    if not found or "级" in found["inner"] or "已取消" in found["inner"]:
        return
    inner = found["inner"]
    if coded := _ITEM_CODE.match(inner):
        item, code = squeezed(coded["item"]), squeezed(coded["code"])
        yield from (item, code + item, item + code, code)
        return
    if any(family in found["outer"] for family in _FAMILIES):
        yield squeezed(inner)


def _fire(type_: CertificateType) -> tuple[int, str | None]:
    return next(iter(cells.levels(type_.name_zh)), 0), _direction(type_.name_zh)


def _direction(text: str) -> str | None:
    named = [direction for direction, words in _DIRECTIONS if words.search(text)]
    return named[0] if len(named) == 1 else None
