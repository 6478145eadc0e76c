"""The office: HR for everything, managers and auditors for what lies within their reach."""

from litestar import Router

from training.web.office.accounts import AccountsController
from training.web.office.certificate_changes import CertificateChangesController
from training.web.office.certificate_list import RegisterController
from training.web.office.certificate_type_rules import CertificateTypeRulesController
from training.web.office.certificate_types import CertificateTypesController
from training.web.office.certificates import CertificatesController
from training.web.office.courses import CoursesController
from training.web.office.employment import EmploymentController
from training.web.office.enrolments import EnrolmentsController
from training.web.office.holdings import HoldingsController
from training.web.office.import_downloads import ImportDownloadsController
from training.web.office.imports import ImportsController
from training.web.office.journal import JournalController
from training.web.office.people import PeopleController
from training.web.office.positions import PositionsController
from training.web.office.renewals import RenewalsController
from training.web.office.scheduling import SchedulingController
from training.web.office.search import search
from training.web.office.sessions import SessionsController
from training.web.office.sites import SitesController
from training.web.office.work import work

router = Router(
    "/",
    route_handlers=[
        AccountsController,
        CertificateChangesController,
        CertificateTypeRulesController,
        CertificateTypesController,
        CertificatesController,
        CoursesController,
        EmploymentController,
        EnrolmentsController,
        HoldingsController,
        ImportDownloadsController,
        ImportsController,
        JournalController,
        PeopleController,
        PositionsController,
        RegisterController,
        SchedulingController,
        RenewalsController,
        SessionsController,
        SitesController,
        search,
        work,
    ],
)
