"""/imports/{id}/original and /imports/{id}/findings: the file as it came, and what is to be corrected in it."""

from urllib.parse import quote

from litestar import Controller, Response, get

from training.access import Permission
from training.files import queries as files
from training.imports import queries
from training.imports.queries import Batch
from training.reports import sheets
from training.reports.sheets import Column
from training.web.kit.handlers import By, Id, Now
from training.web.kit.languages import spoken
from training.web.kit.security import needs
from training.web.office.import_rows import TABS
from training.words import say

HEADINGS = (
    (say("Sheet"), 14),
    (say("Row"), 8),
    (say("Status"), 20),
    (say("Cell"), 10),
    (say("Reads"), 30),
    (say("What is wrong"), 60),
)


class ImportDownloadsController(Controller):
    path = "/imports"
    opt = needs(Permission.IMPORT)

    @get("/{import_id:int}/original")
    async def original(self, import_id: Id, by: By, now: Now) -> Response[bytes]:
        batch = await queries.batch(import_id, by=by, now=now)
        kept = await files.content(batch.file)
        return _attachment(kept.content, kept.name, "application/octet-stream")

    @get("/{import_id:int}/findings")
    async def findings(self, import_id: Id, by: By, now: Now) -> Response[bytes]:
        """Everything that stands in the way, as a workbook to work through beside the list."""
        batch = await queries.batch(import_id, by=by, now=now)
        language = spoken()
        columns = [Column(language.words(heading), width) for heading, width in HEADINGS]
        lines = [
            (row.sheet, row.number, language.words(TABS[row.outcome]), _place(batch, row, finding.field),
             row.cells.get(finding.field, ""), language.words(finding.message))
            for row in await queries.unsettled(batch)
            for finding in queries.in_the_way(row.findings)
        ]  # fmt: skip
        content = sheets.workbook(language.gettext("To correct"), columns, lines)
        return _attachment(content, f"import-{import_id}.xlsx", sheets.XLSX)


def _place(batch: Batch, row: queries.Row, field: str) -> str:
    sheet = batch.sheet(row.sheet)
    letter = next((letter for name, letter, _ in (sheet.columns if sheet else []) if name == field), "")
    return f"{letter}{row.number}" if letter else ""


def _attachment(content: bytes, name: str, media_type: str) -> Response[bytes]:
    return Response(
        content,
        media_type=media_type,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "content-security-policy": "default-src 'none'; sandbox",
            "x-content-type-options": "nosniff",
        },
    )
