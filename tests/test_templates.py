"""Every template compiles, none escapes the house rules, and the components come out whole."""

import re

import pytest

from training.web.kit.languages import language, speaking
from training.web.kit.looks import LOOKS
from training.web.kit.shell import Shell
from training.web.kit.templates import ROOT, STATIC, environment, with_query
from training.web.public.styleguide import example

TEMPLATES = environment()
BANNED = {
    "inline script": r"<script(?![^>]*\bsrc=)",
    "inline style": r"\sstyle=|<style",
    "inline handler": r"\son[a-z]+=|hx-on",
    "compiled by htmx": r"hx-trigger=\"[^\"]*\[|[\"']js:",
    "unescaped": r"\|\s*safe|autoescape false|Markup\(",
    "address of another host": r"(?:src|href|action)=\"(?:https?:)?//",
}


def source(name: str) -> str:
    assert TEMPLATES.loader is not None
    return TEMPLATES.loader.get_source(TEMPLATES, name)[0]


@pytest.mark.parametrize("name", TEMPLATES.list_templates())
def test_template(name):
    TEMPLATES.get_template(name)

    assert [rule for rule, pattern in BANNED.items() if re.search(pattern, source(name))] == []


def test_every_icon_is_in_the_sprite():
    sprite = set((ROOT / "scripts" / "icons.txt").read_text(encoding="utf-8").split())
    named = {look.icon for look in LOOKS.values()}
    for name in TEMPLATES.list_templates():
        named |= set(re.findall(r"""icon\(["']([a-z0-9-]+)""", source(name)))

    assert named - sprite == set()


def test_every_class_has_a_style():
    styles = "".join(path.read_text(encoding="utf-8") for path in STATIC.glob("*.css"))
    known = set(re.findall(r"\.([a-z][a-z0-9-]*)", styles))
    unknown = set()
    for name in TEMPLATES.list_templates():
        for classes in re.findall(r'class="([^"]*)"', source(name)):
            plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", classes).split()
            unknown |= {(name, one) for one in plain if one not in known and not one.endswith("-")}

    assert unknown == set()


@pytest.mark.parametrize("code", ["zh-Hans", "en"])
def test_styleguide_renders_in(code):
    with speaking(language(code)):
        page = TEMPLATES.get_template("public/styleguide.html").render(shell=Shell(actor="周敏"), **example())

    assert f'<html lang="{code}"' in page


@pytest.mark.parametrize("status", [403, 404, 409, 413, 422, 429, 500, 503])
def test_error_pages_render_for_anybody(status):
    for shell in (Shell(), Shell(actor="周敏", search="/people")):
        page = TEMPLATES.get_template("layout/error.html").render(
            shell=shell, status=status, request_number="8f2c-1190", objections=()
        )

        assert "8f2c-1190" in page


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "due"}, "?q=a%26b&status=due"),
        ({"q": ""}, "?"),
        ({"after": "x"}, "?q=a%26b&after=x"),
        ({"q": None, "page": 2}, "?page=2"),
    ],
)
def test_with_query(changes, expected):
    assert with_query({"q": "a&b", "before": "y", "status": ""}, **changes) == expected
