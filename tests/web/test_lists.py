"""No list asks the database once more for each of its lines."""

from datetime import timedelta
from typing import Any

import pytest

from tests import make
from tests.counting import counted
from tests.make import TODAY
from training.access import Role

MOST = 8
LISTS = (
    "/accounts",
    "/certificate-types",
    "/certificates",
    "/courses",
    "/journal",
    "/people",
    "/positions",
    "/renewals",
    "/results",
    "/sessions",
    "/sessions?when=past",
    "/sites",
)


async def _more_of_everything(number: int) -> None:
    """One more line for each list, with all that hangs on it."""
    site = await make.site()
    course = await make.course(leads_to="SO_ELEC_LV", parts={"theory": 80})
    person = await make.person(f"单丹{number}", site=site)
    await make.certificate(person, expires_on=TODAY + timedelta(days=10 + number))
    examiner = await make.account(Role.EXAMINER)
    await make.account(Role.MANAGER, sites={site})
    for days in (-3, 5):
        session = await make.session(course, starts_on=TODAY + timedelta(days=days), examiner=examiner)
        enrolment = await make.enrolment(session, person)
        if days < 0:
            await make.mark(enrolment, "theory", 70, examined_on=TODAY + timedelta(days=days))


@pytest.mark.parametrize("address", LISTS)
async def test_a_list_asks_as_often_for_many_lines_as_for_few(as_hr: Any, world: Any, address: str) -> None:
    await _more_of_everything(1)
    assert (await as_hr.get(address)).status_code == 200
    async with counted() as few:
        await as_hr.get(address)

    for number in (2, 3):
        await _more_of_everything(number)
    async with counted() as many:
        await as_hr.get(address)

    assert len(many) == len(few)
    assert len(few) <= MOST, "\n".join(few)
