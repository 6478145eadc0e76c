"""What somebody answered about a batch: kept sealed, because a mended cell may hold an identity number."""

import json
from collections.abc import Iterable
from typing import Any

import msgspec

from training.imports import cells
from training.sealing import seal, unseal

NEW, ABOVE, NONE, SKIP = "new", "above", "none", "skip"
"""Answers that are words: a new site, the site of the row above, no site, leave out."""


class Answers(msgspec.Struct):
    """Answers by what they are about. A row is named `sheet!row`.

    `types`: a certificate's written name (`type_key`) -> type code, or `skip`. `sites`: a site's written name -> id,
    `new` or `skip`; "" stands for blank cells. `people`: row -> person. `fixes`: sheet -> row -> field -> text.
    """

    types: dict[str, str] = {}
    sites: dict[str, str] = {}
    people: dict[str, int] = {}
    skipped: set[str] = set()
    fixes: dict[str, dict[int, dict[str, str]]] = {}


def row_key(sheet: str, number: int) -> str:
    return f"{sheet}!{number}"


def type_key(name: str, item: str, level: str) -> str:
    """What rows have in common that name their certificate in the same words."""
    return "|".join(cells.key(part) for part in (name, item, level))


def site_key(name: str) -> str:
    return cells.key(name)


def sealed(batch: int, answers: Answers) -> str:
    """The answers for their column."""
    return seal(msgspec.json.encode(answers).decode(), _context(batch))


def unsealed(batch: int, column: str | None) -> Answers:
    """The answers that `sealed` wrote; none where there is nothing."""
    return msgspec.json.decode(unseal(column, _context(batch)), type=Answers) if column else Answers()


def sealed_cells(batch: int, texts: Iterable[str], changes: Iterable[tuple[str, str, str]] = ()) -> str:
    """A row's cells, and its changes as (field, before, after), for their column."""
    shown = [list(texts), [list(change) for change in changes]]
    return seal(json.dumps(shown, ensure_ascii=False, separators=(",", ":")), _cells_context(batch))


def unsealed_cells(batch: int, column: str | None) -> tuple[list[str], list[tuple[str, str, str]]]:
    """The cells and changes that `sealed_cells` wrote; none where there is nothing."""
    if not column:
        return [], []
    shown: list[Any] = json.loads(unseal(column, _cells_context(batch)))
    return shown[0], [(field, before, after) for field, before, after in shown[1]]


def _context(batch: int) -> str:
    return f"import_batch.answers:{batch}"


def _cells_context(batch: int) -> str:
    return f"import_row.cells:{batch}"
