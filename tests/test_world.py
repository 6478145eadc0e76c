"""The world is what it says it is: each certificate has the standing its holder is there for."""

from datetime import date

import pytest

from fixtures.world import identities
from training.people.rules import id_warnings

TODAY = date(2026, 11, 24)

EXPECTED = {
    "yu_fire": "no_expiry",
    "zhou_lv": "valid",
    "wang_lv": "due",
    "li_lv": "expired",
    "ma_lv": "needs_verification",
    "chen_lift": "due",
    "zheng_lift": "in_process",
    "sun_old": "superseded",
    "sun_lift": "valid",
    "liu_guard": "no_expiry",
    "maimaiti_guard": "suspended",
    "gao_lv": "due",
}


async def test_world_holds_every_standing_it_names(world):
    from training.certificates.rules import judge
    from training.certificates.tables import Certificate, RuleVersion

    found = {}
    for name in EXPECTED:
        certificate = await Certificate.objects().get(Certificate.id == getattr(world.certificates, name))
        versions = (
            await RuleVersion.objects().where(RuleVersion.type == certificate.type).order_by(RuleVersion.effective_from)
        )
        found[name] = str(judge(certificate, versions, TODAY).standing)

    assert found == EXPECTED


@pytest.mark.parametrize("name", identities())
def test_identity_numbers_pass_every_check(name):
    assert id_warnings(identities()[name], TODAY) == []
