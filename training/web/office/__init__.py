"""The office: HR for everything, managers and auditors for what lies within their reach."""

from litestar import Router

from training.web.office.accounts import AccountsController
from training.web.office.journal import JournalController

router = Router("/", route_handlers=[AccountsController, JournalController])
