"""What everybody does for themselves."""

from litestar import Router

from training.web.me.account import AccountController
from training.web.me.certificates import MyCertificatesController
from training.web.me.help import show_help

router = Router("/", route_handlers=[AccountController, MyCertificatesController, show_help])
