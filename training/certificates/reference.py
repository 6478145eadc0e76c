"""The built-in certificate types, read from `fixtures/reference/certificate_types.toml`."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from training.certificates.rules import BEGINNING

REFERENCE = Path(__file__).parents[2] / "fixtures" / "reference"


@dataclass(frozen=True, slots=True)
class BuiltInVersion:
    effective_from: date
    validity_months: int
    review_interval_months: int
    renewal_window_days: int
    apply_deadline_days: int
    reminder_days: tuple[int, ...]
    grace_days: int
    keeps_anniversary: bool
    legal_basis: str
    confidence: str


@dataclass(frozen=True, slots=True)
class BuiltInType:
    """One type as shipped, with its rule versions in order of time."""

    code: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...]
    category: str
    status: str
    issuer_zh: str
    issuer_en: str
    legal_basis: str
    number_pattern: str
    number_contains_id: bool
    number_unique: bool
    verify_url: str
    min_age: int
    theory_pass_mark: int
    practical_pass_mark: int
    min_training_hours: int
    resit_rule: str
    confidence: str
    uncertain_fields: tuple[str, ...]
    note: str
    active: bool
    versions: tuple[BuiltInVersion, ...]


def built_in_types(path: Path = REFERENCE / "certificate_types.toml") -> tuple[BuiltInType, ...]:
    """Every built-in type. One without dated rule versions has a single one, in force from the beginning."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["certificate_type"]
    by_code = {row["code"]: row for row in rows}
    return tuple(_type(row, by_code) for row in rows)


def _type(row: dict[str, Any], by_code: dict[str, dict[str, Any]]) -> BuiltInType:
    dated = by_code[row.get("rule_versions_like", row["code"])].get("rule_version", [])
    return BuiltInType(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        aliases=tuple(row["aliases_zh"]),
        category=row["category"],
        status=row["status"],
        issuer_zh=row["issuer_zh"],
        issuer_en=row["issuer_en"],
        legal_basis=row["legal_basis"],
        number_pattern=row["number_pattern"],
        number_contains_id=row["number_contains_id"],
        number_unique=row["number_unique"],
        verify_url=row["verify_url"],
        min_age=row["min_age"],
        theory_pass_mark=row["theory_pass_mark"],
        practical_pass_mark=row["practical_pass_mark"],
        min_training_hours=row["min_training_hours"],
        resit_rule=row["resit_rule"],
        confidence=row["confidence"],
        uncertain_fields=tuple(row.get("uncertain_fields", ())),
        note=row["note"],
        active=not row.get("hidden_by_default", False),
        versions=tuple(_version(row, dates) for dates in dated) or (_version(row, {}),),
    )


def _version(row: dict[str, Any], dates: dict[str, Any]) -> BuiltInVersion:
    merged = row | dates
    return BuiltInVersion(
        effective_from=date.fromisoformat(dates["effective_from"]) if dates else BEGINNING,
        validity_months=merged["validity_months"],
        review_interval_months=merged["review_interval_months"],
        renewal_window_days=merged["renewal_window_days"],
        apply_deadline_days=merged["apply_deadline_days"],
        reminder_days=tuple(merged["reminder_days"]),
        grace_days=merged.get("grace_days", 0),
        keeps_anniversary=merged.get("keeps_anniversary", True),
        legal_basis=merged["legal_basis"],
        confidence=row["confidence"],
    )
