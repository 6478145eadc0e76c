"""The office: HR for everything, managers and auditors for what lies within their reach."""

from litestar import Router

from training.web.office.accounts import AccountsController
from training.web.office.courses import CoursesController
from training.web.office.enrolments import EnrolmentsController
from training.web.office.journal import JournalController
from training.web.office.sessions import SessionsController

router = Router(
    "/",
    route_handlers=[
        AccountsController,
        CoursesController,
        EnrolmentsController,
        JournalController,
        SessionsController,
    ],
)
