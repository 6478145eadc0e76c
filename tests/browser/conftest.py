"""A real browser on a real server. Without a browser these tests are skipped; where one is required, they fail."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fixtures.world import PASSWORD

CHROMIUM = Path("/usr/bin/chromium")
ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="session", autouse=True)
def a_browser_there() -> None:
    """Skips, with the reason, where there is no browser; fails where TRAINING_REQUIRE_BROWSER says there must be."""
    missing = [str(path) for path in (CHROMIUM, AXE) if not path.exists()]
    if missing and os.environ.get("TRAINING_REQUIRE_BROWSER"):
        pytest.fail(f"a browser is required, and not there: {missing}")
    if missing:
        pytest.skip(f"no browser: {missing}")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    language = {**os.environ, "LANGUAGE": "zh_CN"}  # with --lang: Chinese date fields
    return {**browser_type_launch_args, "executable_path": str(CHROMIUM), "args": QUIET, "env": language}


@contextlib.contextmanager
def served(company: str) -> Iterator[str]:
    """A server of its own on a database of its own, "empty" or with the "world" in it; its address."""
    folder = Path(tempfile.mkdtemp(prefix="chizheng-browser-"))
    folder.chmod(0o711)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "TRAINING_DATA_DIR": str(folder / "data"), "PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "tests.browser.serving", str(port), company], cwd=ROOT, env=env)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health", process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def world_address() -> Iterator[str]:
    """One server with the world in it, for tests that only look."""
    with served("world") as address:
        yield address


def signed_in(page: Any, username: str, password: str = PASSWORD) -> Any:
    """The page, with somebody signed in."""
    page.goto("/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.click("form[action='/sign-in'] button")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            pytest.fail("the server ended before it answered")
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=1):
            return
        time.sleep(0.1)
    pytest.fail("the server did not answer")


@pytest.fixture
def visitor(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages: `visitor(address, "phone", "en")`. Whatever goes wrong in one of them fails the test at its end."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def opened(address: str, size: str = "desktop", language: str = "zh-Hans", theme: str = "light") -> Any:
        context = browser.new_context(
            base_url=address,
            viewport=SIZES[size],
            is_mobile=size == "phone",
            has_touch=size == "phone",
            locale="zh-CN" if language == "zh-Hans" else "en-GB",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            accept_downloads=True,
        )
        cookies = [
            {"name": name, "value": value, "url": address} for name, value in (("lang", language), ("theme", theme))
        ]
        context.add_cookies(cookies)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: _stays_here(request.url, address, wrong))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [line for line in wrong if "status of 422" not in line] == []


def _stays_here(url: str, address: str, wrong: list[str]) -> None:
    if not url.startswith((address, "data:", "blob:")):
        wrong.append(f"request to another host: {url}")


def violations(page: Any) -> list[str]:
    """What axe finds wrong on a page, each with the element it was found on."""
    page.evaluate("scrollTo(0, 0)")  # a row half under a sticky bar is reported as a small target
    page.evaluate(AXE.read_text())  # over the debugging protocol, which a page's policy does not block
    found = page.evaluate(f"axe.run(document, {{runOnly: {{type: 'tag', values: {json.dumps(RULES)}}}}})")
    return [
        f"{rule['id']}: {rule['nodes'][0]['html'][:160]} {rule['nodes'][0].get('failureSummary', '')[:200]}"
        for rule in found["violations"]
    ]


def overflow(page: Any) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
