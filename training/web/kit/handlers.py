"""Names for what handlers are given: who acts, the day, the posted form, a number in the path."""

from datetime import date, datetime
from typing import Annotated, Any

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency, Provide
from litestar.params import PathParameter
from litestar.plugins.htmx import HTMXRequest

from training import calendar
from training.access import Actor
from training.settings import Settings

PageRequest = HTMXRequest
By = NamedDependency[Actor]
Today = NamedDependency[date]
Now = NamedDependency[datetime]
Posted = NamedDependency[FormMultiDict]
Config = NamedDependency[Settings]
Id = Annotated[int, PathParameter(ge=1, le=2**31 - 1)]

AnyRequest = Request[Any, Any, Any]


def provide_by(request: AnyRequest) -> Actor:
    """Whoever is signed in; handlers of public pages do not ask for it."""
    actor: Actor = request.user
    return actor


def provide_now(request: AnyRequest) -> datetime:
    now: datetime = request.app.state.clock()
    return now


def provide_today(request: AnyRequest, now: Now) -> date:
    return calendar.day_at(now, request.app.state.settings.time_zone)


def provide_settings(request: AnyRequest) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def provide_posted(request: AnyRequest) -> FormMultiDict:
    return await request.form()


DEPENDENCIES = {
    "by": Provide(provide_by, sync_to_thread=False),
    "now": Provide(provide_now, sync_to_thread=False),
    "today": Provide(provide_today, sync_to_thread=False),
    "settings": Provide(provide_settings, sync_to_thread=False),
    "posted": Provide(provide_posted),
}
