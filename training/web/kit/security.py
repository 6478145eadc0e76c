"""Who gets in: every handler names its permission, every change carries its token, every answer its headers."""

import hmac
import re
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from litestar import Litestar, Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.exceptions import (
    ImproperlyConfiguredException,
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
)
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import Message, Scope

from training import calendar
from training.access import Actor, Permission
from training.accounts import actions as accounts
from training.accounts import queries
from training.accounts.queries import SignedIn
from training.settings import Settings
from training.web.kit.shell import set_form_token

Connection = ASGIConnection[Any, Any, Any, Any]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD, CSRF_HEADER = "_csrf", "x-csrf-token"
POLICY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
FOR_A_YEAR = "public, max-age=31536000, immutable"
HSTS = "max-age=31536000; includeSubDomains"


def needs(permission: Permission) -> dict[str, Permission]:
    """What a handler, controller or router says of itself: `@get(opt=needs(Permission.SEE_PEOPLE))`."""
    return {"permission": permission}


def every_handler_names_its_permission(app: Litestar) -> None:
    """Refuses to start an application in which a page was forgotten."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            if handler.http_methods == {"OPTIONS"}:  # made by the framework; `admit` asks for a sign-in
                continue
            if not isinstance(handler.opt.get("permission"), Permission):
                raise ImproperlyConfiguredException(f"{route.path} {sorted(handler.http_methods)} names no permission")


async def admit(connection: Connection, handler: BaseRouteHandler) -> None:
    """The guard of the whole application: finds out who asks, and whether they may."""
    settings, now = _settings(connection), _now(connection)
    signed_in = await _signed_in(connection, settings, now)
    connection.scope["user"], connection.scope["auth"] = (signed_in.actor, signed_in) if signed_in else (None, None)
    set_form_token(csrf_token(signed_in.csrf_secret) if signed_in else "")
    changes = connection.scope.get("method") not in SAFE_METHODS
    if changes and not _same_origin(connection, settings):
        raise PermissionDeniedException("cross-site")
    permission = handler.opt.get("permission", Permission.SIGNED_IN)
    if permission is not Permission.PUBLIC:
        if signed_in is None:
            raise NotAuthorizedException("sign-in")
        if not signed_in.actor.may(permission):
            raise NotFoundException("not permitted")
    if changes and signed_in is not None and not await _carries_token(connection, signed_in):
        raise PermissionDeniedException("csrf")
    _refuse_odd_numbers(connection)
    if signed_in is not None:
        await accounts.touch(signed_in.id, seen_at=signed_in.seen_at, now=now)


async def _signed_in(connection: Connection, settings: Settings, now: datetime) -> SignedIn | None:
    token = connection.cookies.get(cookie_name(settings), "")
    if not 40 <= len(token) <= 64 or not token.isascii():
        return None
    return await queries.signed_in(token, now=now, today=calendar.day_at(now, settings.time_zone))


def _same_origin(connection: Connection, settings: Settings) -> bool:
    """Whether the browser says that this change comes from one of our own pages."""
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    source = connection.headers.get("origin") or connection.headers.get("referer")
    if source is None:
        return False
    parts = parts_of(source)
    return parts.netloc == connection.headers.get("host", "") or f"{parts.scheme}://{parts.netloc}" == settings.origin


async def _carries_token(connection: Connection, signed_in: SignedIn) -> bool:
    sent: object = connection.headers.get(CSRF_HEADER)
    if sent is None and isinstance(connection, Request):
        sent = (await connection.form()).get(CSRF_FIELD)
    return csrf_token_holds(signed_in.csrf_secret, sent)


def csrf_token(secret: bytes) -> str:
    """A token bound to the sign-in; a fresh one each time, so that compression tells nothing about it."""
    nonce = secrets.token_hex(8)
    return f"{nonce}.{hmac.digest(secret, nonce.encode(), 'sha256').hex()}"


def csrf_token_holds(secret: bytes, token: object) -> bool:
    if not isinstance(token, str) or not token.isascii() or token.count(".") != 1:
        return False
    nonce, _, mark = token.partition(".")
    return hmac.compare_digest(mark, hmac.digest(secret, nonce.encode(), "sha256").hex())


def _refuse_odd_numbers(connection: Connection) -> None:
    """1_0, +1 and full-width digits are numbers to Python, but no address of ours."""
    numbers = [value for value in connection.path_params.values() if isinstance(value, int)]
    plain = re.findall(r"(?<![^/.])(?:0|[1-9][0-9]{0,9})(?![^/.])", connection.scope["path"])
    if any(str(number) not in plain or not 0 < number < 2**31 for number in numbers):
        raise NotFoundException("odd number")


def cookie_name(settings: Settings) -> str:
    """The sign-in cookie. Browsers accept the __Host- prefix over https only; plain http is for one's own machine."""
    return "__Host-sid" if settings.secure_cookies else "sid"


def sign_in_cookie(settings: Settings, token: str) -> Cookie:
    return Cookie(
        key=cookie_name(settings), value=token, path="/", secure=settings.secure_cookies, httponly=True, samesite="lax"
    )


def no_sign_in_cookie(settings: Settings) -> Cookie:
    return Cookie(
        key=cookie_name(settings),
        value="",
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
        max_age=0,
    )


async def add_headers(message: Message, scope: Scope) -> None:
    """Every answer, errors and files too, carries the policy; what is personal is not stored on the way."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in POLICY_HEADERS.items():
        headers.setdefault(name, value)
    versioned = scope["path"].startswith("/static/") and scope["query_string"].startswith(b"v=")
    headers.setdefault("cache-control", FOR_A_YEAR if versioned else "no-store")
    if scope["app"].state.settings.secure_cookies:
        headers.setdefault("strict-transport-security", HSTS)
        message["headers"] = [(name, _secure(name, value)) for name, value in message["headers"]]


def _secure(name: bytes, value: bytes) -> bytes:
    """A cookie of ours goes over https only, whoever set it."""
    plain = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return value + b"; Secure" if plain else value


def local_address(target: str, *, default: str = "/") -> str:
    """Where to go after signing in: an address of ours, whatever was asked for."""
    return target if re.fullmatch(r"/(?![/\\])[\x21-\x7e]*", target) and "\\" not in target else default


def parts_of(address: str) -> SplitResult:
    """An address that a browser sent, in its parts; empty ones where it is none, such as "http://["."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _settings(connection: Connection) -> Settings:
    settings: Settings = connection.app.state.settings
    return settings


def _now(connection: Connection) -> datetime:
    now: datetime = connection.app.state.clock()
    return now


def home_of(actor: Actor) -> str:
    """The page that answers a role's morning question."""
    for permission, home in (
        (Permission.SEE_WORK, "/work"),
        (Permission.SEE_RESULTS, "/results"),
        (Permission.OWN_RECORD, "/me"),
        (Permission.MANAGE_ACCOUNTS, "/accounts"),
    ):
        if actor.may(permission):
            return home
    return "/account"
