"""Our errors, and everybody else's, as pages: what happened and what to do, and nothing of the request in it."""

import logging
import secrets
from typing import Any
from urllib.parse import quote

from asyncpg.exceptions import DeadlockDetectedError, LockNotAvailableError, QueryCanceledError, SerializationError
from litestar import Response
from litestar.exceptions import HTTPException, NotAuthorizedException, NotFoundException, ValidationException
from litestar.response import Redirect, Template

from training.db import UNAVAILABLE
from training.errors import Missing, Refused
from training.web.kit.handlers import AnyRequest
from training.web.kit.pages import error_page
from training.web.kit.security import local_address, parts_of

logger = logging.getLogger("training.web")
BUSY = (DeadlockDetectedError, SerializationError, LockNotAvailableError, QueryCanceledError)
Answer = Response[Any] | Template | Redirect


def missing(request: AnyRequest, error: Exception) -> Answer:
    """404: not there, or not there for this person; the two look the same to the byte."""
    return error_page(request, 404)


def refused(request: AnyRequest, error: Refused) -> Answer:
    """409: a rule said no, and this page has no form to say it beside."""
    return error_page(request, 409, objections=error.objections)


def unauthorised(request: AnyRequest, error: NotAuthorizedException) -> Answer:
    """Whoever is not signed in is taken to the sign-in page, and back afterwards."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = f"/sign-in?next={quote(here, safe='')}" if request.method in ("GET", "HEAD") else "/sign-in"
    if request.headers.get("hx-request"):
        page = parts_of(request.headers.get("hx-current-url", ""))
        here = page.path + (f"?{page.query}" if page.query else "")
        headers = {"HX-Redirect": f"/sign-in?next={quote(here, safe='')}" if here else "/sign-in"}
        return Response("", status_code=401, headers=headers, media_type="text/html")
    return Redirect(target, status_code=303)


def http_error(request: AnyRequest, error: HTTPException) -> Answer:
    """What the framework refuses: method, size, form, or address."""
    if isinstance(error, NotFoundException):
        return missing(request, error)
    if isinstance(error, ValidationException):
        # Only addresses are validated by the framework; forms have their own errors beside their fields.
        return missing(request, error)
    if error.status_code == 405 and request.method == "GET":  # what is only done to a thing leads to the thing
        return Redirect(local_address(request.url.path.rpartition("/")[0]), status_code=303)
    return error_page(request, error.status_code)


def unavailable(request: AnyRequest, error: Exception) -> Answer:
    """503: the database does not answer now; the page asks again by itself."""
    logger.warning("database unavailable: %s", type(error).__name__)
    return error_page(request, 503, retry_after=5)


def unreadable(request: AnyRequest, error: Exception) -> Answer:
    """400: bytes that are no form and no number."""
    return error_page(request, 400)


def failed(request: AnyRequest, error: Exception) -> Answer:
    """500: a bug of ours. The log has the story under the number that the page shows."""
    number = secrets.token_hex(4)
    logger.error("failed %s: %s %s", number, request.method, request.url.path, exc_info=error)
    return error_page(request, 500, number=number)


HANDLERS: dict[int | type[Exception], Any] = {
    Missing: missing,
    Refused: refused,
    NotAuthorizedException: unauthorised,
    HTTPException: http_error,
    UnicodeError: unreadable,
    LookupError: failed,
    OverflowError: unreadable,
    RecursionError: unreadable,
    **dict.fromkeys(UNAVAILABLE, unavailable),
    **dict.fromkeys(BUSY, unavailable),
    Exception: failed,
    500: failed,
}
