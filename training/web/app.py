"""The whole web application, put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from litestar import Litestar, Router
from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.datastructures import State
from litestar.plugins.htmx import HTMXPlugin
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template.config import TemplateConfig

from training import db
from training import settings as settings_
from training.access import Permission
from training.settings import Settings
from training.web import examiner, me, office, public
from training.web.kit import errors, security
from training.web.kit.handlers import DEPENDENCIES
from training.web.kit.outer import Outer
from training.web.kit.preferences import preferring
from training.web.kit.templates import environment

STATIC = Path(__file__).parent / "static"
LARGEST_FORM = 256 * 1024


def clock() -> datetime:
    """The instant, as every face but a test's knows it."""
    return datetime.now(UTC)


def create_app(*, settings: Settings | None = None, clock: Callable[[], datetime] = clock) -> Litestar:
    """The application. Tests pass their own clock; the database is opened with the first request's lifespan."""
    chosen = settings or settings_.current()
    app = Litestar(
        route_handlers=[public.router, me.router, examiner.router, office.router, _static_files()],
        dependencies=DEPENDENCIES,
        exception_handlers=errors.HANDLERS,
        guards=[security.admit],
        before_send=[security.add_headers],
        plugins=[HTMXPlugin()],
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment())),
        allowed_hosts=AllowedHostsConfig(allowed_hosts=list(chosen.allowed_hosts), www_redirect=False),
        request_max_body_size=LARGEST_FORM,
        state=State({"settings": chosen, "clock": clock}),
        lifespan=[_open_database],
        openapi_config=None,
        debug=False,
        pdb_on_exception=False,
    )
    security.every_handler_names_its_permission(app)
    app.asgi_handler = Outer(preferring(app.asgi_handler))
    return app


@asynccontextmanager
async def _open_database(app: Litestar) -> AsyncIterator[None]:
    if db.DB.pool is not None:
        yield
        return
    async with db.database(app.state.settings):
        yield


def _static_files() -> Router:
    return create_static_files_router(
        "/static",
        directories=[STATIC],
        opt=security.needs(Permission.PUBLIC),
        include_in_schema=False,
    )
