"""What stands on a page: the fields of its form as a browser would send them, its errors, its text."""

import html
import re
from typing import Any


def fields(page: str, *, action: str = "") -> dict[str, list[str]]:
    """What the form on the page sends as it stands: the only one, or the one with this address."""
    forms = re.findall(r'<form [^>]*?action="([^"]*)"[^>]*>(.*?)</form>', page[page.index("<main") :], re.S)
    inside = "".join(body for address, body in forms if not action or address == action)
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", inside):
        at = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        ticked = at.get("type") not in ("checkbox", "radio") or " checked" in tag
        if at.get("name") and ticked:
            found.setdefault(at["name"], []).append(html.unescape(at.get("value", "")))
    for name, text in re.findall(r'<textarea[^>]*? name="([^"]+)"[^>]*>(.*?)</textarea>', inside, re.S):
        found[name] = [html.unescape(text)]
    for name, options in re.findall(r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', inside, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = [html.unescape(chosen[1])] if chosen else [""]
    return found


def errors(page: str) -> list[str]:
    """The lines above a form that say what stopped it."""
    summary = re.search(r'class="error-summary".*?</ul>', page, re.S)
    return [text(line) for line in re.findall(r"<li>(.*?)</li>", summary[0], re.S)] if summary else []


def text(markup: str) -> str:
    """Markup as it is read."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def part(page: str, name: str) -> str:
    """The element with this id, to its end."""
    opening = re.search(rf'<(\w+) [^>]*\bid="{name}"[^>]*>', page)
    assert opening is not None, f"nothing is called {name}"
    tag, at = opening[1], opening.end()
    depth = 1
    for found in re.finditer(rf"<(/?){tag}\b", page[at:]):
        depth += -1 if found[1] else 1
        if depth == 0:
            return page[opening.start() : at + found.start()]
    return page[opening.start() :]


def row(page: str, words: str) -> str:
    """The row of a table that holds these words, as it is read."""
    rows: list[Any] = re.findall(r"<tr[ >].*?</tr>", page, re.S)
    return next(text(one) for one in rows if words in one)
