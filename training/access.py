"""Who may do what: the one table from which guards, navigation, tests and documentation are made."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from training.words import Message, say


class Role(StrEnum):
    HR = "hr"
    MANAGER = "manager"
    EXAMINER = "examiner"
    EMPLOYEE = "employee"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    PUBLIC = "public"  # no sign-in is asked for
    SIGNED_IN = "signed_in"  # whoever is signed in: own account, language, help
    OWN_RECORD = "own_record"  # my certificates, my training
    SEE_WORK = "see_work"  # the home page of those who watch over others
    SEE_PEOPLE = "see_people"
    CHANGE_PEOPLE = "change_people"
    REVEAL_NUMBERS = "reveal_numbers"  # one full identity number at a time, journalled
    SEE_CERTIFICATES = "see_certificates"
    CHANGE_CERTIFICATES = "change_certificates"
    SEE_TYPES = "see_types"
    CHANGE_TYPES = "change_types"
    SEE_TRAINING = "see_training"  # courses and sessions
    CHANGE_TRAINING = "change_training"  # courses, sessions, enrolments, attendance
    SEE_RESULTS = "see_results"
    RECORD_RESULTS = "record_results"  # marks of the sessions one examines, or of all for HR
    SEE_SITES = "see_sites"
    CHANGE_SITES = "change_sites"
    IMPORT = "import"
    SEE_JOURNAL = "see_journal"
    MANAGE_ACCOUNTS = "manage_accounts"


_EVERYBODY = {Permission.PUBLIC, Permission.SIGNED_IN}
_READING = {
    Permission.SEE_WORK,
    Permission.SEE_PEOPLE,
    Permission.SEE_CERTIFICATES,
    Permission.SEE_TYPES,
    Permission.SEE_TRAINING,
    Permission.SEE_SITES,
}

POLICY: dict[Role, frozenset[Permission]] = {
    Role.HR: frozenset(set(Permission) - {Permission.OWN_RECORD}),  # their own record is shown to employees
    Role.MANAGER: frozenset(_EVERYBODY | _READING),
    Role.EXAMINER: frozenset(_EVERYBODY | {Permission.SEE_RESULTS, Permission.RECORD_RESULTS}),
    Role.EMPLOYEE: frozenset(_EVERYBODY | {Permission.OWN_RECORD}),
    Role.AUDITOR: frozenset(_EVERYBODY | _READING | {Permission.SEE_RESULTS, Permission.SEE_JOURNAL}),
    Role.ADMINISTRATOR: frozenset(
        _EVERYBODY
        | {
            Permission.SEE_TYPES,
            Permission.CHANGE_TYPES,
            Permission.SEE_SITES,
            Permission.CHANGE_SITES,
            Permission.SEE_JOURNAL,
            Permission.MANAGE_ACCOUNTS,
        }
    ),
}

EVERY_SITE = frozenset({Role.HR, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts or reads, as the database knows them at this moment.

    `account` is None for the command line; `person` is None for an account that belongs to no employee.
    `sites` holds the sites whose people may be seen: None means every site, an empty set means nobody.
    """

    account: int | None
    person: int | None
    name: str
    roles: frozenset[Role]
    sites: frozenset[int] | None

    def may(self, permission: Permission) -> bool:
        return any(permission in POLICY[role] for role in self.roles)

    def sees_site(self, site: int | None) -> bool:
        """Whether people assigned to this site (None: to no site) are within reach."""
        return self.sites is None or (site is not None and site in self.sites)


def scope(roles: Iterable[Role], managed: Iterable[int]) -> frozenset[int] | None:
    """The sites within reach of these roles: every site for HR and auditors, the managed ones for a manager."""
    held = frozenset(roles)
    if held & EVERY_SITE:
        return None
    return frozenset(managed) if Role.MANAGER in held else frozenset()


COMMAND_LINE = Actor(
    account=None,
    person=None,
    name="command line",
    roles=frozenset({Role.HR, Role.ADMINISTRATOR}),
    sites=None,
)

ROLE_NAMES: dict[Role, Message] = {
    Role.HR: say("HR"),
    Role.MANAGER: say("Site manager"),
    Role.EXAMINER: say("Examiner"),
    Role.EMPLOYEE: say("Employee"),
    Role.AUDITOR: say("Auditor"),
    Role.ADMINISTRATOR: say("Administrator"),
}
