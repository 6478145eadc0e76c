"""How a visitor likes the pages: language and appearance, asked for in the query and kept in cookies."""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from training import settings
from training.web.kit.languages import NAMES, language, negotiated, speaking
from training.web.kit.shell import THEMES

_CHOICES = {"lang": tuple(NAMES), "theme": THEMES}
_YEAR = 31_536_000


def preferring(app: ASGIApp) -> ASGIApp:
    """Wrap the whole app: answer each request in the visitor's language.

    A GET with `?lang=` or `?theme=` keeps the choice and leads to the same page without it.
    Outermost, so that pages for errors speak the right language too.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        chosen = {name: value for name, value in query if value in _CHOICES.get(name, ())}
        if chosen and scope["method"] == "GET":
            rest = urlencode([(name, value) for name, value in query if name not in _CHOICES])
            await _redirect(send, scope, f"?{rest}" if rest else "", chosen)
            return
        code = negotiated(
            cookie(headers.get(b"cookie", ""), "lang"),
            accept=headers.get(b"accept-language", ""),
            default=settings.current().language,
        )
        with speaking(language(code)):
            await app(scope, receive, send)

    return answer


def cookie(header: str, name: str) -> str:
    """One cookie's value from a request's Cookie header, or "" where there is none."""
    try:
        morsel = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def theme(header: str) -> str:
    """The appearance a Cookie header asks for: auto, light or dark."""
    wish = cookie(header, "theme")
    return wish if wish in THEMES else "auto"


async def _redirect(send: Send, scope: HTTPScope, query: str, chosen: dict[str, str]) -> None:
    # A path that begins with two slashes would lead to another host.
    path = "/" + scope.get("raw_path", scope["path"].encode()).decode("latin-1").lstrip("/\\")
    secure = "; Secure" if settings.current().secure_cookies else ""
    cookies = [
        (b"set-cookie", f"{name}={value}; Path=/; Max-Age={_YEAR}; SameSite=Lax{secure}".encode())
        for name, value in chosen.items()
    ]
    location = (b"location", f"{path}{query}".encode("latin-1"))
    await send(
        {
            "type": "http.response.start",
            "status": 303,
            "headers": [location, (b"content-length", b"0"), (b"cache-control", b"no-store"), *cookies],
        }
    )
    await send({"type": "http.response.body", "body": b"", "more_body": False})
