"""What cannot be saved: a bare ASGI app that runs one raw query and joins its rows into a text of a given size."""

import json
import os
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import asyncpg

RENEWALS = """
    SELECT c.id, c.person, p.name, p.pinyin, p.staff_number, s.name AS site, o.name AS position, t.code, t.name_zh,
           t.name_en, c.item, c.level, c.number, c.expires_on, c.review_due_on
    FROM certificate c
    JOIN certificate_type t ON t.id = c.type
    JOIN person p ON p.id = c.person
    LEFT JOIN assignment a ON a.person = p.id AND a.ends_on IS NULL
    LEFT JOIN site s ON s.id = a.site
    LEFT JOIN position o ON o.id = a.position
    WHERE c.expires_on <= $1::date + 90 AND c.superseded_on IS NULL AND c.revoked_on IS NULL
    ORDER BY c.expires_on, c.id
    LIMIT $2
"""

PERSON = """
    SELECT p.id, p.name, p.pinyin, p.staff_number, p.hired_on, s.name AS site, o.name AS position, a.starts_on,
           t.code, t.name_zh, t.name_en, c.number, c.issued_on, c.expires_on, c.review_due_on
    FROM person p
    LEFT JOIN assignment a ON a.person = p.id
    LEFT JOIN site s ON s.id = a.site
    LEFT JOIN position o ON o.id = a.position
    LEFT JOIN certificate c ON c.person = p.id
    LEFT JOIN certificate_type t ON t.id = c.type
    WHERE p.id = $1
"""

_pool: list[asyncpg.Pool] = []


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """/renewals?today=2026-11-24&rows=20&size=50000 and /people?person=7&size=30000."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    asked = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
    async with _pool[0].acquire() as connection:
        if scope["path"] == "/renewals":
            rows = await connection.fetch(RENEWALS, date.fromisoformat(asked["today"]), int(asked["rows"]))
        else:
            rows = await connection.fetch(PERSON, int(asked["person"]))
    body = _text(rows, int(asked["size"]))
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _text(rows: list[asyncpg.Record], size: int) -> bytes:
    lines = [" ".join(str(value) for value in row) for row in rows]
    filler = "x" * max(0, (size - sum(len(line.encode()) for line in lines)) // max(1, len(lines)))
    return "\n".join(line + filler for line in lines).encode()


async def _live(receive: Any, send: Any) -> None:
    await receive()
    _pool.append(await asyncpg.create_pool(min_size=1, max_size=8, **json.loads(os.environ["BENCH_DATABASE"])))
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await _pool.pop().close()
    await send({"type": "lifespan.shutdown.complete"})
