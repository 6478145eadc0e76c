"""Somebody at a browser, without the browser: the pages over ASGI, in the test's own transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import httpx

from tests.make import NOW
from training import settings
from training.access import Actor
from training.accounts import actions
from training.accounts.tables import SignIn
from training.web.app import create_app
from training.web.kit.security import CSRF_HEADER, cookie_name, csrf_token

ORIGIN = "http://127.0.0.1:8000"


class Client(httpx.AsyncClient):
    """A browser with our cookies. It sends what a browser sends of itself, and the form token with every change."""

    csrf_secret: bytes | None = None

    async def send(self, request: httpx.Request, **how: Any) -> httpx.Response:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            request.headers.setdefault("sec-fetch-site", "same-origin")
            if self.csrf_secret is not None:
                request.headers.setdefault(CSRF_HEADER, csrf_token(self.csrf_secret))
        return await super().send(request, **how)


@cache
def application() -> Any:
    """One application for all tests; its clock stands at NOW."""
    return create_app(clock=lambda: NOW)


@asynccontextmanager
async def browser(actor: Actor | None = None, **headers: str) -> AsyncIterator[Client]:
    """A browser in Chinese, signed in as somebody, or as nobody."""
    transport = httpx.ASGITransport(application())
    async with Client(transport=transport, base_url=ORIGIN, headers={"accept-language": "zh-CN", **headers}) as client:
        if actor is not None and actor.account is not None:
            opened = await actions.open_sign_in(actor.account, address="127.0.0.1", browser="test", now=NOW)
            client.cookies.set(cookie_name(settings.current()), opened.token)
            rows = (
                await SignIn.select(SignIn.csrf_secret)
                .where(SignIn.account == actor.account)
                .order_by(SignIn.id, ascending=False)
                .limit(1)
            )
            client.csrf_secret = rows[0]["csrf_secret"]
        yield client
