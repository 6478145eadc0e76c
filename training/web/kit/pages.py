"""Pages and their live parts, what surrounds them, and the line that is shown once after something was done."""

import base64
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from litestar.datastructures import Cookie
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Template

from training.access import Actor, Permission
from training.sealing import sign
from training.web.kit import navigation, security
from training.web.kit.shell import THEMES, Flash, Shell
from training.words import Message, packed, unpacked

FLASH = "flash"


def page(
    request: HTMXRequest, template: str, /, *, parts: Sequence[str] = (), status: int = 200, **context: Any
) -> Template:
    """Render `template`, or only the part of it that htmx is about to replace.

    A page at "office/people/index" with parts=("people",) also answers with "office/people/_people" when the request
    targets the element #people. The context gains `shell`, `by`, `today` and `query`.
    """
    asked = request.htmx.target if request.htmx and not request.htmx.history_restore_request else None
    target = (asked or "").rpartition("#")[2]  # htmx 4 sends "tag#id"
    if target in parts:
        template = f"{template.rpartition('/')[0]}/_{target}"
    flashes = _flashes(request)
    shell = _shell(request, flashes)
    cookies = [Cookie(key=FLASH, value="", path="/", max_age=0)] if flashes else []
    given = {"shell": shell, "by": request.scope.get("user"), "query": request.query_params, **context}
    return Template(
        f"{template}.html",
        context=given,
        status_code=status,
        headers={"Vary": "HX-Request, HX-Target, Cookie"},
        cookies=cookies,
    )


def error_page(
    request: Any,
    status: int,
    *,
    objections: Sequence[Message] = (),
    number: str | None = None,
    retry_after: int | None = None,
) -> Template:
    """What went wrong, in the visitor's language, with a number to quote and a way on."""
    shown = {"status": status, "request_number": number or secrets.token_hex(4), "objections": objections}
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    if request.headers.get("hx-request"):  # a whole page, and not for the small place that was to be replaced
        headers |= {"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"}
    context = {"shell": _shell(request, ()), "query": {}, **shown}
    return Template("layout/error.html", context=context, status_code=status, headers=headers)


def flash(text: Message, *, undo: str = "", tint: str = "ok") -> Cookie:
    """A line for the next page: `Redirect(..., cookies=[flash(say("Saved."))])`. `undo` is a POST address of ours."""
    told = json.dumps([packed(text), undo, tint], ensure_ascii=True, separators=(",", ":"))
    value = base64.urlsafe_b64encode(told.encode()).decode()
    return Cookie(key=FLASH, value=f"{value}.{_mark(value)}", path="/", httponly=True, samesite="lax", max_age=60)


def _mark(value: str) -> str:
    return sign(b"flash" + value.encode()).hex()[:32]


def _flashes(request: Any) -> tuple[Flash, ...]:
    value, _, mark = request.cookies.get(FLASH, "").partition(".")
    if not value or not mark.isascii() or not hmac.compare_digest(mark, _mark(value)):
        return ()
    told, undo, tint = json.loads(base64.urlsafe_b64decode(value))
    return (Flash(unpacked(told), undo, tint),)


def _form_page(request: Any) -> tuple[str, Mapping[str, str]]:
    """Where the form stands that was posted, and its query; "" and this page's own query where nothing was."""
    url, form = urlsplit(str(request.url)), security.parts_of(request.headers.get("referer", ""))
    if request.method == "POST" and form.netloc == url.netloc and form.path != url.path:
        return security.local_address(form.path), dict(parse_qsl(form.query))
    return "", dict(request.query_params.items())


def _shell(request: Any, flashes: tuple[Flash, ...]) -> Shell:
    actor: Actor | None = request.scope.get("user")
    path, theme = urlsplit(str(request.url)).path, request.cookies.get("theme", "auto")
    form_page, query = _form_page(request)
    answers = request.method == "POST"
    if theme not in THEMES:
        theme = "auto"
    if actor is None:
        return Shell(path=path, form_page=form_page, query=query, theme=theme, flashes=flashes, answers=answers)
    return Shell(
        actor=actor.name,
        groups=navigation.navigation(actor, path=path),
        bottom=navigation.bottom(actor, path=path),
        home=security.home_of(actor),
        path=path,
        form_page=form_page,
        query=query,
        theme=theme,
        search="/search" if actor.may(Permission.SEE_PEOPLE) else "",
        flashes=flashes,
        answers=answers,
    )
