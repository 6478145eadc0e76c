"""The forms of certificate types: what may be typed about a type, and about rules it is given."""

import re
from datetime import date
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from litestar.params import PathParameter

from training.certificates import plain, queries
from training.certificates.catalogue import TypeDetails, VersionDetails
from training.certificates.number_patterns import LONGEST_NUMBER, LONGEST_PATTERN
from training.certificates.queries import Type, Version
from training.certificates.rules import BEGINNING, RuleVersion
from training.errors import Refused
from training.words import say

EXAMPLE = date(2024, 2, 29)  # the day that shows best how months are counted

# What the templates say with.
WORDS: dict[str, Any] = {
    "category_words": plain.CATEGORY_WORDS,
    "status_words": plain.STATUS_WORDS,
    "confidence_words": plain.CONFIDENCE_WORDS,
    "field_words": plain.FIELD_WORDS,
    "rules_in_words": plain.in_words,
    "validity": plain.validity,
    "reviews": plain.reviews,
    "begins": plain.begins,
}

Code = Annotated[str, PathParameter(max_length=40)]
Text = Annotated[str, msgspec.Meta(max_length=200)]
LongText = Annotated[str, msgspec.Meta(max_length=2000)]
Word = Annotated[str, msgspec.Meta(max_length=40)]
Mark = Annotated[int, msgspec.Meta(ge=0, le=100)]
Months = Annotated[int, msgspec.Meta(ge=0, le=600)]
Days = Annotated[int, msgspec.Meta(ge=0, le=3650)]


class TypeForm(msgspec.Struct):
    name_zh: Annotated[str, msgspec.Meta(max_length=100)]
    name_en: Annotated[str, msgspec.Meta(max_length=150)]
    category: Word
    status: Word
    confidence: Word
    mark: Word
    aliases: LongText = ""
    issuer_zh: Annotated[str, msgspec.Meta(max_length=150)] = ""
    issuer_en: Text = ""
    legal_basis: LongText = ""
    number_pattern: Annotated[str, msgspec.Meta(max_length=LONGEST_PATTERN)] = ""
    number_contains_id: bool = False
    number_unique: bool = False
    verify_url: Text = ""
    min_age: Mark = 0
    theory_pass_mark: Mark = 0
    practical_pass_mark: Mark = 0
    min_training_hours: Annotated[int, msgspec.Meta(ge=0, le=2000)] = 0
    resit_rule: LongText = ""
    uncertain_fields: list[Word] = []
    note: LongText = ""
    active: bool = False

    def details(self) -> TypeDetails:
        given: dict[str, Any] = msgspec.structs.asdict(self)
        del given["mark"]
        given["aliases"] = tuple(line for line in self.aliases.splitlines() if line.strip())
        given["uncertain_fields"] = tuple(name for name in self.uncertain_fields if name in plain.FIELD_WORDS)
        return TypeDetails(**given)


class NumberForm(msgspec.Struct):
    """A number to try a pattern with."""

    number_pattern: Annotated[str, msgspec.Meta(max_length=LONGEST_PATTERN)] = ""
    sample: Annotated[str, msgspec.Meta(max_length=LONGEST_NUMBER)] = ""


class ClocksForm(msgspec.Struct, kw_only=True):
    """New rules while they are typed: enough for an example as soon as it is known how long they let one be valid."""

    effective_from: date | None = None
    legal_basis: LongText = ""
    validity_months: Months | None = None
    review_interval_months: Months = 0
    renewal_window_days: Days = 0
    apply_deadline_days: Days = 0
    reminder_days: Annotated[str, msgspec.Meta(max_length=60)] = ""
    grace_days: Days = 0
    keeps_anniversary: bool = False
    confidence: Word = "low"
    issued_on: date | None = None  # of the example
    seen: Annotated[str, msgspec.Meta(max_length=64)] = ""

    def details(self) -> VersionDetails:
        """Raises Refused where the reminders are no list of numbers."""
        return VersionDetails(
            effective_from=self.effective_from or BEGINNING,
            validity_months=self.validity_months or 0,
            legal_basis=self.legal_basis,
            review_interval_months=self.review_interval_months,
            renewal_window_days=self.renewal_window_days,
            apply_deadline_days=self.apply_deadline_days,
            reminder_days=_numbers(self.reminder_days),
            grace_days=self.grace_days,
            keeps_anniversary=self.keeps_anniversary,
            confidence=self.confidence,
        )


class RulesForm(ClocksForm, kw_only=True):
    effective_from: date
    legal_basis: LongText
    validity_months: Months


class CorrectedRulesForm(RulesForm, kw_only=True):
    reason: Annotated[str, msgspec.Meta(max_length=500)]


class NewTypeForm(msgspec.Struct, kw_only=True):
    """A type in its shortest form; all else is written on its page afterwards."""

    code: Word
    name_zh: Annotated[str, msgspec.Meta(max_length=100)]
    name_en: Annotated[str, msgspec.Meta(max_length=150)]
    category: Word
    status: Word
    legal_basis: LongText
    validity_months: Months
    reminder_days: Annotated[str, msgspec.Meta(max_length=60)] = ""

    def details(self) -> TypeDetails:
        return TypeDetails(
            name_zh=self.name_zh,
            name_en=self.name_en,
            category=self.category,
            status=self.status,
            legal_basis=self.legal_basis,
        )

    def rules(self) -> VersionDetails:
        """In force from the beginning. Raises Refused where the reminders are no list of numbers."""
        return VersionDetails(
            effective_from=BEGINNING,
            validity_months=self.validity_months,
            legal_basis=self.legal_basis,
            reminder_days=_numbers(self.reminder_days),
        )


def typed(found: Type) -> dict[str, Any]:
    """A type as its form shows it."""
    return {**queries.details(found).columns(), "aliases": "\n".join(found.aliases), "mark": found.mark}


def clocks(latest: Version, begins: date) -> ClocksForm:
    """A version's rules as a form shows them, in force from another day."""
    return ClocksForm(
        effective_from=begins,
        validity_months=latest.validity_months,
        review_interval_months=latest.review_interval_months,
        renewal_window_days=latest.renewal_window_days,
        apply_deadline_days=latest.apply_deadline_days,
        reminder_days=", ".join(map(str, latest.reminder_days)),
        grace_days=latest.grace_days,
        keeps_anniversary=latest.keeps_anniversary,
    )


def example(found: Type, wish: ClocksForm, *, instead_of: int | None = None) -> plain.Example | None:
    """What a type's rules with the new ones among them make of a certificate; None while they say too little.

    `instead_of` is the version in whose place they come.
    """
    if wish.validity_months is None:
        return None
    try:
        new = wish.details()
        others = [one for one in found.versions if one.effective_from != new.effective_from and one.id != instead_of]
        versions: list[RuleVersion] = [*others, new]
        versions.sort(key=lambda version: version.effective_from)
        return plain.example(wish.issued_on or max(EXAMPLE, new.effective_from), versions)
    except (Refused, OverflowError):
        return None


def name_of(details: VersionDetails) -> str:
    """A short name for these rules: a form that carries it has shown its user whom they touch."""
    return sha256(repr(details).encode()).hexdigest()[:32]


def _numbers(text: str) -> tuple[int, ...]:
    found = [part for part in re.split(r"[\s,;，、；]+", text) if part]
    if not all(part.isascii() and part.isdigit() and int(part) <= 3650 for part in found) or len(found) > 12:
        raise Refused(say("Write the days as numbers, such as 90, 60, 30."), field="reminder_days")
    return tuple(int(part) for part in found)
