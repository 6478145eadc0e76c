"""Imports in one line: rows in, what became of each out."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.imports.workbooks import xlsx
from tests.make import TODAY
from training.access import COMMAND_LINE
from training.db import DB
from training.imports import actions
from training.imports.headers import Kind

ROSTER = ["姓名", "身份证号", "项目部", "岗位", "入职日期", "电话", "状态", "离职日期", "工号", "备注"]
LEDGER = [
    "姓名",
    "身份证号",
    "项目部",
    "岗位",
    "证书名称",
    "证书编号",
    "发证机关",
    "发证日期",
    "有效期至",
    "复审日期",
    "状态",
]

PEOPLE = """
    SELECT p.name, p.staff_number, p.hired_on, p.left_on, p.phone_tail, p.remark, s.name AS site, o.name AS position,
        a.starts_on, a.ends_on
    FROM person p
    LEFT JOIN assignment a ON a.person = p.id
    LEFT JOIN site s ON s.id = a.site
    LEFT JOIN position o ON o.id = a.position
    ORDER BY p.id, a.starts_on
"""
CERTIFICATES = """
    SELECT p.name, t.code, c.item, c.number, c.issued_on, c.expires_on, c.no_expiry, c.superseded_on
    FROM certificate c
    JOIN person p ON p.id = c.person
    JOIN certificate_type t ON t.id = c.type
    ORDER BY c.id
"""


def table(header, *rows):
    """A list of rows, each given by its fields."""
    return [header, *([row.get(name) for name in header] for row in rows)]


async def run(
    kind, rows, *, apply=True, today=TODAY, answers=None, by=COMMAND_LINE, session=None, limits=actions.LIMITS, **made
):
    content = rows if isinstance(rows, bytes) else xlsx(rows, **made)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "名单.xlsx"
        path.write_bytes(io.BytesIO(content).getvalue())
        return await actions.import_file(
            kind, path, by=by, today=today, apply=apply, lines=True, session=session, answers=answers, limits=limits
        )


async def roster(*rows, **how):
    return await run(Kind.ROSTER, table(ROSTER, *rows), **how)


async def ledger(*rows, **how):
    return await run(Kind.CERTIFICATES, table(LEDGER, *rows), **how)


def outcomes(report):
    """Each row's outcome with the codes of what was found, in the order of the file."""
    codes = {}
    for finding in report.findings:
        codes.setdefault(finding.row, []).append(finding.code.value)
    return [(line.outcome.value, *codes.get(line.row, ())) for line in report.lines]


def sentences(report, *codes):
    return [str(finding.message) for finding in report.findings if not codes or finding.code in codes]


async def people():
    return [tuple(row) for row in await DB.rows(PEOPLE)]


async def certificates():
    return [tuple(row) for row in await DB.rows(CERTIFICATES)]
