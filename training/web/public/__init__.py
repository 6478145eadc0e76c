"""What anybody may open: the ways in, and whether we are well."""

from litestar import Router

from training.web.public.health import health
from training.web.public.sign_in import SignInController, SignOutController
from training.web.public.styleguide import styleguide

router = Router("/", route_handlers=[health, SignInController, SignOutController, styleguide])
