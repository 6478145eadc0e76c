"""Setting up, inviting, activating, signing in and out, closing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import TODAY
from training.access import COMMAND_LINE, Role
from training.accounts import actions, queries
from training.accounts.tables import Account, SignIn
from training.errors import Missing, Refused
from training.journal import queries as journal
from training.words import say, says

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
PASSWORD = "a fairly long sentence"


async def _sign_in(username: str, password: str, *, now: datetime = NOW, address: str = "10.0.0.1") -> actions.Opened:
    return await actions.sign_in(username=username, password=password, address=address, browser="test", now=now)


async def test_set_up_makes_the_first_administrator_once(db: None) -> None:
    account = await actions.set_up(username="Zhou.Min", name="周敏", password=PASSWORD)

    assert (await queries.actor_of(account)).roles == {Role.ADMINISTRATOR, Role.HR}
    with pytest.raises(Refused):
        await actions.set_up(username="second", name="second", password=PASSWORD)


async def test_signing_in_gives_the_rights_of_this_moment(db: None) -> None:
    account = await actions.set_up(username="zhoumin", name="周敏", password=PASSWORD)
    await actions.add(username="other", name="other", roles={Role.ADMINISTRATOR}, by=COMMAND_LINE)

    opened = await _sign_in(" ZHOUMIN ", PASSWORD)
    await actions.change_rights(account, roles={Role.EMPLOYEE}, sites=[], by=COMMAND_LINE)

    signed_in = await queries.signed_in(opened.token, now=NOW, today=TODAY)
    assert signed_in is not None
    assert signed_in.actor.roles == {Role.EMPLOYEE}


async def test_a_wrong_name_and_a_wrong_password_answer_the_same(world: Any) -> None:
    with pytest.raises(Refused) as name:
        await _sign_in("nobody", PASSWORD)
    with pytest.raises(Refused) as password:
        await _sign_in("hr", PASSWORD, address="10.0.0.2")

    assert name.value.objections == password.value.objections == (say("The user name or the password is wrong."),)


async def test_failures_delay_and_a_right_password_waits_too(world: Any) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            await _sign_in("hr", "wrong")

    with pytest.raises(Refused) as refusal:
        await _sign_in("hr", world_password(), now=NOW + timedelta(seconds=1))
    opened = await _sign_in("hr", world_password(), now=NOW + timedelta(seconds=3))

    assert refusal.value.objections == (
        says(
            "Too many wrong passwords. Wait {count} second, then try again.",
            "Too many wrong passwords. Wait {count} seconds, then try again.",
            2,
        ),
    )
    assert opened.account == world.hr.account


async def test_an_attack_from_everywhere_does_not_lock_the_owner_out(world: Any) -> None:
    await _sign_in("hr", world_password(), address="10.9.9.9")
    for attempt in range(20):
        with pytest.raises(Refused):
            await _sign_in("hr", "wrong", address=f"10.0.0.{attempt}", now=NOW + timedelta(minutes=attempt * 5))

    later = NOW + timedelta(minutes=96)
    with pytest.raises(Refused, match="Too many"):
        await _sign_in("hr", world_password(), address="10.0.1.1", now=later)
    assert await _sign_in("hr", world_password(), address="10.9.9.9", now=later)


def world_password() -> str:
    from fixtures.world import PASSWORD as PASSWORD_OF_ALL

    return PASSWORD_OF_ALL


async def test_an_activation_link_works_once(world: Any) -> None:
    account = await actions.add(username="fresh", name="新人", roles={Role.EMPLOYEE}, by=world.hr)
    first = (await actions.activation_links([account], by=world.hr, now=NOW))[0].token
    second = (await actions.activation_links([account], by=world.hr, now=NOW))[0].token

    with pytest.raises(Missing):
        await actions.activate(first, PASSWORD, now=NOW)
    with pytest.raises(Missing):
        await actions.activate(second, PASSWORD, now=NOW + timedelta(hours=73))
    assert await actions.activate(second, PASSWORD, now=NOW) == account
    with pytest.raises(Missing):
        await actions.activate(second, PASSWORD, now=NOW)


async def test_inviting_makes_accounts_for_those_who_have_none(world: Any) -> None:
    people = [world.people.yu, world.people.li, world.people.liu_too]

    links = await actions.invite(people, by=world.hr, now=NOW)

    assert [link.username for link in links] == ["a0004", "a0010"]
    with pytest.raises(Refused):
        await actions.invite([world.people.yu], by=world.hr, now=NOW)


async def test_closing_an_account_ends_its_sign_ins(world: Any) -> None:
    opened = await _sign_in("a0001", world_password())

    await actions.disable(world.employee.account, by=world.admin, now=NOW)

    assert await queries.signed_in(opened.token, now=NOW, today=TODAY) is None
    with pytest.raises(Refused):
        await _sign_in("a0001", world_password())
    await actions.enable(world.employee.account, by=world.admin)
    assert await _sign_in("a0001", world_password())


async def test_the_last_administrator_stays(world: Any) -> None:
    with pytest.raises(Refused):
        await actions.change_rights(world.admin.account, roles={Role.HR}, sites=[], by=world.hr)
    with pytest.raises(Refused):
        await actions.disable(world.admin.account, by=world.hr, now=NOW)


async def test_a_manager_is_not_added_without_a_site(world: Any) -> None:
    with pytest.raises(Refused) as refusal:
        await actions.add(username="new", name="范玮", roles={Role.MANAGER}, by=world.admin)

    assert refusal.value.field == "sites"


async def test_a_site_that_is_not_there_is_given_to_nobody(world: Any) -> None:
    with pytest.raises(Missing):
        await actions.change_rights(world.manager.account, roles={Role.MANAGER}, sites=[10**6], by=world.admin)

    assert await queries.managed_sites(world.manager.account) == [world.sites.nanhai]


async def test_a_new_password_ends_what_the_old_one_opened(world: Any) -> None:
    opened = await _sign_in("hr", world_password())

    await actions.change_password(by=world.hr, current=world_password(), password=PASSWORD, now=NOW)

    assert await queries.signed_in(opened.token, now=NOW, today=TODAY) is None
    assert await _sign_in("hr", PASSWORD)


async def test_who_left_the_company_is_out(world: Any) -> None:
    opened = await _sign_in("a0001", world_password())
    await Account.raw("UPDATE person SET left_on = {} WHERE id = {}", TODAY - timedelta(days=1), world.people.yu)

    assert await queries.signed_in(opened.token, now=NOW, today=TODAY) is None


async def test_one_ends_only_ones_own_sign_ins(world: Any) -> None:
    opened = await _sign_in("hr", world_password())
    sign_in = (await queries.sign_ins(opened.account))[0].id

    with pytest.raises(Missing):
        await actions.sign_out(sign_in, by=world.employee, now=NOW)
    await actions.sign_out(sign_in, by=world.hr, now=NOW)

    assert await queries.signed_in(opened.token, now=NOW, today=TODAY) is None


async def test_a_sign_in_is_touched_once_a_minute_and_never_revived(world: Any) -> None:
    opened = await _sign_in("a0001", world_password())
    line = (await queries.sign_ins(opened.account))[0]

    await actions.touch(line.id, seen_at=NOW, now=NOW + timedelta(seconds=59))
    assert (await SignIn.select(SignIn.seen_at).where(SignIn.id == line.id))[0]["seen_at"] == NOW
    await actions.sign_out_everywhere(by=world.employee, now=NOW)
    await actions.touch(line.id, seen_at=NOW, now=NOW + timedelta(seconds=61))

    assert await queries.signed_in(opened.token, now=NOW + timedelta(seconds=62), today=TODAY) is None


async def test_every_deed_is_in_the_journal_and_the_chain_is_whole(world: Any) -> None:
    account = await actions.add(username="fresh", name="新人", roles={Role.EMPLOYEE}, by=world.admin)
    await actions.change_rights(account, roles={Role.MANAGER}, sites=[world.sites.demao], by=world.admin)
    await actions.disable(account, by=world.admin, now=NOW)

    lines = await journal.entries(subject="account", subject_id=account)
    assert [line.action for line in lines] == ["account.disabled", "account.rights_changed", "account.added"]
    assert await journal.broken_at() is None


async def test_old_sign_ins_are_forgotten_but_for_the_last(world: Any) -> None:
    days = [actions.rules.SIGN_INS_KEPT + timedelta(days=2), actions.rules.SIGN_INS_KEPT + timedelta(days=1)]
    for ago in days:
        await actions.open_sign_in(world.hr.account, address="10.0.0.1", browser="test", now=NOW - ago)
    await actions.open_sign_in(world.manager.account, address="10.0.0.1", browser="test", now=NOW - days[0])
    await actions.open_sign_in(world.manager.account, address="10.0.0.1", browser="test", now=NOW)

    assert await actions.forget_sign_ins(now=NOW) == 2
    kept = await SignIn.select(SignIn.account, SignIn.seen_at).order_by(SignIn.account)
    assert [row["seen_at"] for row in kept] == [NOW - days[1], NOW]


async def test_an_account_is_found_by_its_user_name(world: Any) -> None:
    found = await queries.account_named(" HR ")

    assert found is not None
    assert (found.id, found.name) == (world.hr.account, "苏婷")
    assert await queries.account_named("nobody") is None
