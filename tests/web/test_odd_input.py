"""Whatever is sent to any page, the answer is a page, and never a failure of ours."""

import sys
import typing
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, time
from enum import StrEnum
from types import UnionType
from typing import Any
from urllib.parse import quote_from_bytes

import httpx
import msgspec
import pytest
from litestar.routes import HTTPRoute

from tests.web.test_permissions import NOTHING_THERE, _address, _ids
from training.db import DB
from training.web.app import create_app

TEXTS = (
    b"\x00",
    b"\xed\xa0\x80",  # half of a surrogate pair
    b"\xff\xfe",
    b"%_\\'\"<script>{{7*7}}{0.__class__}",
    "\u202e\u200b\U0001f468\u200d\U0001f469 ｎａｍｅ".encode(),
    b"x" * 3_000,
)
NUMBERS = (
    b"0",
    b"-1",
    b"2147483647",
    b"2147483648",
    b"99999999999",
    b"9" * 30,
    b"NaN",
    b"1e9",
    "１２".encode(),
    b"1_0",
)
DAYS = (b"0001-01-01", b"9999-12-31", b"9998-06-30", b"2026-02-30", b"NaN", b"\x00")
TIMES = (b"24:00", b"00:00", b"-1:00")
HEADERS = (
    {"referer": "http://[", "hx-request": "true", "hx-target": "div#\u00e9]", "hx-current-url": "http://[::"},
    {"cookie": 'sid="; flash=.; lang=\u00ff; theme=;;=', "accept-language": ";q=,*;q=NaN,zz-" + "a" * 500},
)
BODIES = (
    ("application/json", b"[" * 20_000),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xff\xfe\r\n--b--\r\n',
    ),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\n\r\n"),
    ("application/x-www-form-urlencoded", b"%zz=%&=&&&=%00"),
    ("application/x-www-form-urlencoded", b"&".join(b"people=%d" % number for number in range(5_500))),
    ("text/plain", b"name=x"),
    ("multipart/form-data; boundary=", b"name=x"),
    ("application/x-www-form-urlencoded; charset=nonsense", b"name=x"),
)


def _handlers() -> list[tuple[str, str, tuple[type[msgspec.Struct], ...]]]:
    """Every method and path, with the forms and filters that its page knows."""
    found = []
    for route in create_app().routes:
        if not isinstance(route, HTTPRoute) or route.path.startswith("/static"):
            continue
        for handler in route.route_handlers:
            module = sys.modules[handler.fn.__module__]
            kinds = tuple(kind for kind in vars(module).values() if _is_form(kind))
            found += [(method, route.path, kinds) for method in handler.http_methods - {"OPTIONS", "HEAD"}]
    return sorted(found, key=lambda one: one[:2])


def _is_form(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not msgspec.Struct


HANDLERS = _handlers()


def _of(wanted: Any, order: int) -> bytes:
    """A value for a field of this type: a likely one where the order is 0, else an odd one."""
    if typing.get_origin(wanted) in (typing.Annotated, list):
        return _of(typing.get_args(wanted)[0], order)
    if typing.get_origin(wanted) in (UnionType, typing.Union):
        return _of(typing.get_args(wanted)[0], order)
    if wanted is date:
        return b"2026-11-20" if not order else DAYS[order % len(DAYS)]
    if wanted is time:
        return b"09:00" if not order else TIMES[order % len(TIMES)]
    if wanted is int:
        return b"1" if not order else NUMBERS[order % len(NUMBERS)]
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return str(next(iter(wanted))).encode() if order % 3 else TEXTS[order % len(TEXTS)]
    return b"110105199001010014" if not order else TEXTS[order % len(TEXTS)]


def _queries(kinds: tuple[type[msgspec.Struct], ...], *, form: bool) -> Iterator[bytes]:
    """For all fields a page may know: all of one oddity at a time; in a form, also one oddity among likely values."""
    wanted = {field.encode_name: field.type for kind in kinds for field in msgspec.structs.fields(kind)}
    likely = {name: _of(type_, 0) for name, type_ in wanted.items()}
    yield b"&".join([_encoded(likely)] * 2)
    for order in range(8):
        odd = {name: _of(type_, order) for name, type_ in wanted.items()}
        yield _encoded(odd)
        for kind in (date, int) if form and order % 2 else ():
            among = {name: odd[name] if kind.__name__ in str(type_) else likely[name] for name, type_ in wanted.items()}
            if order and among not in (odd, likely):
                yield _encoded(among)


def _encoded(values: dict[str, bytes]) -> bytes:
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in values.items()).encode()


@asynccontextmanager
async def _undone() -> AsyncIterator[None]:
    """What is written is taken back, also from a transaction that a statement has broken."""
    outer = DB.current_transaction.get()
    assert outer is not None
    savepoint = await outer.savepoint()
    try:
        yield
    finally:
        await savepoint.rollback_to()


class _Asking:
    """Sends requests, each from the same beginning, and keeps what went wrong."""

    def __init__(self, client: Any) -> None:
        self.client, self.cookies = client, dict(client.cookies)
        self.failures: list[str] = []

    async def ask(self, method: str, address: str, *, body: bytes = b"", **headers: str) -> httpx.Response:
        self.client.cookies = self.cookies
        async with _undone():
            answer: httpx.Response = await self.client.request(
                method,
                address,
                content=body,
                headers=[(name.encode(), text.encode()) for name, text in headers.items()],
            )
        if answer.status_code >= 500:
            self.failures.append(f"{method} {address[:400]} {answer.status_code} {body[:400]!r} {headers}")
        return answer


@pytest.fixture
def asking(as_hr: Any) -> _Asking:
    return _Asking(as_hr)


FORM = {"content-type": "application/x-www-form-urlencoded"}


async def test_odd_values_in_every_field_fail_no_page(asking: _Asking, world: Any) -> None:
    for method, path, kinds in HANDLERS:
        address = _address(path, _ids(world)["near"])
        for query in _queries(kinds, form=method != "GET"):
            if method == "GET":
                await asking.ask("GET", f"{address}?{query[:3_900].decode()}")
            else:
                await asking.ask(method, address, body=query, **FORM)

    assert not asking.failures, "\n".join(asking.failures)


async def test_odd_headers_and_bodies_fail_no_page(asking: _Asking, world: Any) -> None:
    for method, path, _ in HANDLERS:
        address = _address(path, _ids(world)["near"])
        for headers in HEADERS:
            await asking.ask(method, address, **headers)
        for kind, body in BODIES if method != "GET" else ():
            await asking.ask(method, address, body=body, **{"content-type": kind})

    assert not asking.failures, "\n".join(asking.failures)


async def test_odd_addresses_fail_no_page(asking: _Asking, world: Any) -> None:
    odd = ("%00", "%ff", "%ED%A0%80", "-1", "0", "1_0", "%2B1", "１", "9" * 30, str(2**31), "..%2f", "%7B%7D")
    for method, path, _ in HANDLERS:
        for value in odd if "{" in path else ():
            nowhere = _address(path, {})
            await asking.ask(method, nowhere.replace(str(NOTHING_THERE), value), **FORM)
    for path in ("//evil.test/%5c?lang=en", "/%", "/people/%", "/sign-in?next=//evil.test", "/\\evil.test?theme=dark"):
        answer = await asking.ask("GET", path)
        assert not answer.headers.get("location", "/").startswith(("//", "/\\", "http"))

    assert not asking.failures, "\n".join(asking.failures)
