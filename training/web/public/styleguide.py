"""/styleguide: every component with example values, for those who build pages."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from litestar import get
from litestar.response import Template

from training.access import Permission
from training.web.kit.handlers import PageRequest
from training.web.kit.looks import LOOKS
from training.web.kit.pages import page
from training.web.kit.security import needs
from training.words import say, says

TODAY = date(2026, 11, 24)


class Bar(NamedTuple):
    label: str
    value: int
    part: int
    tint: str
    href: str


class ExampleForm(NamedTuple):
    typed: dict[str, str]
    errors: dict[str, Any]


def example() -> dict[str, Any]:
    """What the page shows: the same on every day."""
    return {
        "today": TODAY,
        "standings": list(LOOKS),
        "until": [TODAY + timedelta(days=days) for days in (-5, 0, 1, 23, 78, 523)],
        "people": [
            ("于海涛", "yu haitao", "BJ1196", "维修电工", "due", 23, "望京·澜庭"),
            ("尉迟明", "yuchi ming", "BJ1210", "消控室值班员", "expired", -36, "丽泽·鼎元广场"),
            ("单雪", "shan xue", "BJ1425", "客服管家", "valid", 523, "清河·柏林里"),
        ],
        "empty_form": ExampleForm({"born_on": "1989-04-12", "site": "2", "kind": "own"}, {}),
        "wrong_form": ExampleForm(
            {"name": "", "born_on": "2026-12-02", "site": ""},
            {
                "name": say("Write the name."),
                "born_on": [say("This day is still to come."), say("Write the day the person was born.")],
                "": says("{count} certificate is in the way.", "{count} certificates are in the way.", 2),
            },
        ),
        "sites": [(1, "望京·澜庭"), (2, "清河·柏林里"), (3, "通州·运河湾")],
        "bars": [
            Bar("2026-11", 5, 0, "bad", "#"),
            Bar("2026-12", 23, 8, "warn", "#"),
            Bar("2027-01", 13, 4, "far", "#"),
            Bar("2027-02", 15, 3, "far", "#"),
            Bar("2027-03", 7, 0, "far", "#"),
            Bar("2027-04", 7, 0, "far", "#"),
        ],
        "full": [say("The session is full.")],
        "because": [
            say("The last valid day is {day}.", day=date(2026, 12, 17)),
            says("The window opened {count} day ago.", "The window opened {count} days ago.", 67),
        ],
        "history": [
            ("2026-11-24 09:12", say("Verified at the official site"), "周敏", "ok"),
            ("2026-10-16 10:03", say("Reminder sent"), "", "plan"),
            ("2023-12-18 14:00", say("Recorded"), "王芳", ""),
        ],
    }


@get("/styleguide", opt=needs(Permission.PUBLIC))
async def styleguide(request: PageRequest) -> Template:
    return page(request, "public/styleguide", **example())
