"""What everybody does for themselves."""

from litestar import Router

from training.web.me.account import AccountController

router = Router("/", route_handlers=[AccountController])
