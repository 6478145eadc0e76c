"""The outermost wall: refuses what would cost much before anybody asked who sends it."""

from typing import Any

from litestar.enums import ScopeType
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.types import ASGIApp, Message, Receive, Scope, Send

MOST_FIELDS = 5_000
LONGEST_ADDRESS = 4_000


class Outer:
    """An ASGI wrapper: one Host, an address of sane length, and not more form fields than a form has."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        kinds = [value.strip().lower() for name, value in scope["headers"] if name == b"content-type"]
        if len(hosts) != 1 or len(scope["path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
            await _refuse(send, 400)
            return
        if "\x00" in scope["path"]:
            await _refuse(send, 404)
            return
        is_form = any(kind.startswith(b"application/x-www-form-urlencoded") for kind in kinds)
        counted = _counting(receive) if is_form else receive
        if scope["method"] == "HEAD":
            # A page is asked for as by GET, with every check that GET has, and answered without its body.
            await self._app({**scope, "method": "GET"}, counted, _without_body(send))
            return
        await self._app(scope, counted, send)


def _counting(receive: Receive) -> Receive:
    """The same body, refused where it has more fields than any form of ours: half a form says something else."""
    fields = 0

    async def counted() -> Any:
        nonlocal fields
        message = await receive()
        if message["type"] == "http.request":
            fields += message.get("body", b"").count(b"&")
            if fields > MOST_FIELDS:
                raise RequestEntityTooLarge("too many fields")
        return message

    return counted


def _without_body(send: Send) -> Send:
    async def headers_only(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {"type": "http.response.body", "body": b"", "more_body": message["more_body"]}
        await send(message)

    return headers_only


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
