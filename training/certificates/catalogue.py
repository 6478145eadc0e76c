"""What HR may write about a certificate type and its rules, and what of it is refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from training.certificates.number_patterns import objections_to_pattern
from training.words import Message, say

CATEGORIES = (
    "special_operations",
    "fire",
    "special_equipment",
    "security",
    "health",
    "work_safety",
    "first_aid",
    "skill_level",
    "property",
    "in_house",
    "other",
)
STATUSES = ("statutory", "conditional", "skill_level", "in_house", "legacy", "cancelled")
CONFIDENCES = ("high", "medium", "low")
MONTHS = 600  # fifty years; longer is no expiry
DAYS = 3650


@dataclass(frozen=True, slots=True)
class TypeDetails:
    """Everything about a type but its code and its rule versions."""

    name_zh: str
    name_en: str
    category: str
    status: str
    aliases: tuple[str, ...] = ()
    issuer_zh: str = ""
    issuer_en: str = ""
    legal_basis: str = ""
    number_pattern: str = ""
    number_contains_id: bool = False
    number_unique: bool = False
    verify_url: str = ""
    min_age: int = 0
    theory_pass_mark: int = 0
    practical_pass_mark: int = 0
    min_training_hours: int = 0
    resit_rule: str = ""
    confidence: str = "low"
    uncertain_fields: tuple[str, ...] = ()
    note: str = ""
    active: bool = True

    def columns(self) -> dict[str, Any]:
        """As they are stored, without blanks around texts."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {name: _stored(value) for name, value in found.items()}


@dataclass(frozen=True, slots=True)
class VersionDetails:
    """The rules of a type from a day on. 0 months: no expiry, or no review."""

    effective_from: date
    validity_months: int
    legal_basis: str
    review_interval_months: int = 0
    renewal_window_days: int = 0
    apply_deadline_days: int = 0
    reminder_days: tuple[int, ...] = ()
    grace_days: int = 0
    keeps_anniversary: bool = True
    confidence: str = "low"

    def columns(self) -> dict[str, Any]:
        """As they are stored: the longest reminder first, none twice."""
        found = {name: _stored(getattr(self, name)) for name in self.__slots__}
        return found | {"reminder_days": sorted(set(self.reminder_days), reverse=True)}


def _stored(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(dict.fromkeys(item.strip() if isinstance(item, str) else item for item in value))
    return value.strip() if isinstance(value, str) else value


def objections_to_type(details: TypeDetails) -> list[Message]:
    """Why a type cannot be described so; empty when it can."""
    objections = []
    if not details.name_zh.strip() or not details.name_en.strip():
        objections.append(say("A certificate type needs a name in Chinese and in English."))
    if details.category not in CATEGORIES or details.status not in STATUSES or details.confidence not in CONFIDENCES:
        objections.append(say("Choose the category, the kind and the confidence from the list."))
    objections += objections_to_pattern(details.number_pattern)
    if details.verify_url and not re.fullmatch(r"https?://[^\s<>\"']+", details.verify_url):
        objections.append(say("The address to verify at must begin with https:// or http://."))
    if not all(0 <= mark <= 100 for mark in (details.theory_pass_mark, details.practical_pass_mark)):
        objections.append(say("A pass mark is a number from 0 to 100."))
    if not (0 <= details.min_age <= 100 and 0 <= details.min_training_hours <= 2000):
        objections.append(say("An age goes up to 100 years, training up to 2000 hours."))
    return objections


def objections_to_code(code: str) -> list[Message]:
    """Why a new type cannot have this code."""
    if re.fullmatch(r"[A-Z][A-Z0-9_]{1,39}", code):
        return []
    return [say("A code has 2 to 40 capital letters, digits and underscores, and begins with a letter.")]


def objections_to_version(details: VersionDetails, taken: Sequence[date]) -> list[Message]:
    """Why these rules cannot be put in force from that day; `taken` are the days on which other versions begin."""
    objections = []
    if details.effective_from in taken:
        objections.append(say("Rules from {day} on are recorded already.", day=details.effective_from))
    if not details.legal_basis.strip():
        objections.append(say("Name the law, the standard or the decision these rules are taken from."))
    if not all(0 <= months <= MONTHS for months in (details.validity_months, details.review_interval_months)):
        objections.append(say("Months go from 0 to {most}; 0 means never.", most=MONTHS))
    days = (details.renewal_window_days, details.apply_deadline_days, details.grace_days, *details.reminder_days)
    if not all(0 <= number <= DAYS for number in days):
        objections.append(say("Days go from 0 to {most}.", most=DAYS))
    if details.confidence not in CONFIDENCES:
        objections.append(say("Choose the confidence from the list."))
    return objections
