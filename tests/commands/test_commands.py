"""The command line as a script sees it: what it prints, where, and how it exits."""

import json

import pytest

PASSWORD = "a sentence to remember well"


def test_help_names_every_command(training):
    ran = training("--help")

    named = [line.split()[1] for line in ran.lines if line.startswith("│ ") and not line.startswith("│ -")]
    assert (ran.code, [name for name in named if name.isalpha() and name.islower()][-10:]) == (
        0,
        ["serve", "demo", "migrate", "setup", "renewals", "standing", "job", "check", "user", "import"],
    )


def test_help_speaks_chinese(training):
    assert "命令" in training("--help", "--lang", "zh-Hans").out
    assert "命令" in training("user", "--lang=zh-Hans", "--help").out
    assert "命令" in training("--help", lang="zh_CN.UTF-8").out


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["user", "nonsense"], ["--lang", "fr", "migrate"], ["standing"], ["import", "roster", "none.xlsx"]],
)
def test_what_is_not_understood_exits_with_2(training, arguments):
    ran = training(*arguments)

    assert (ran.code, ran.out) == (2, "")


def test_migrating_again_does_nothing(training):
    training("migrate")

    ran = training("migrate")

    assert (ran.code, ran.out) == (0, "")
    assert "The database is up to date." in ran.err


def test_set_up_happens_once(installed):
    ran = installed("setup", "--password-stdin", stdin=PASSWORD)

    assert ran == (1, "", "The system is already set up. Sign in, or ask an administrator for an account.\n")


def test_a_password_is_never_taken_from_nowhere(installed):
    ran = installed("user", "password", "boss")

    assert ran == (1, "", "There is no terminal to ask for the password: give it with --password-stdin.\n")


def test_users_are_listed(installed):
    ran = installed("user", "list")

    assert ran.lines == [
        "User name Name Roles Sites State Last seen",
        "boss 周敏 Administrator, HR Active",
    ]


def test_users_are_listed_for_scripts(installed):
    (boss,) = json.loads(installed("user", "list", "--json").out)

    assert boss == {
        "id": boss["id"],
        "username": "boss",
        "name": "周敏",
        "roles": ["administrator", "hr"],
        "sites": [],
        "active": True,
        "activated": True,
        "seen_at": None,
    }


def test_a_user_without_a_password_gets_a_link(installed):
    added = installed("user", "add", "auditor", "--name", "秦岭", "--role", "auditor")

    told, link = added.out.splitlines()
    assert (added.code, told) == (0, "The account auditor is made.")
    assert link.startswith("http://127.0.0.1:8000/activation/")
    again = installed("user", "add", "auditor", "--name", "秦岭", "--role", "auditor")
    assert again == (1, "", "There is already an account auditor.\n")


def test_a_manager_needs_a_site_that_exists(installed):
    without = installed("user", "add", "manager", "--name", "范玮", "--role", "manager")
    unknown = installed("user", "add", "manager", "--name", "范玮", "--role", "manager", "--site", "某园")

    assert without == (1, "", "A manager needs at least one site.\n")
    assert unknown == (1, "", "There is no site 某园.\n")


def test_a_user_is_disabled_and_enabled(installed):
    installed("user", "add", "helper", "--name", "帮手", "--role", "hr", "--password-stdin", stdin=PASSWORD)

    assert installed("user", "disable", "helper").out == "The account helper is disabled and signed out everywhere.\n"
    assert installed("user", "enable", "helper").out == "The account helper is enabled.\n"
    assert installed("user", "disable", "nobody") == (1, "", "There is no account nobody.\n")


def test_the_last_administrator_stays(installed):
    ran = installed("user", "disable", "boss")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("This is the last administrator.")


def test_a_password_is_set_or_refused(installed):
    right = installed("user", "password", "boss", "--password-stdin", stdin="another sentence to remember\n")
    wrong = installed("user", "password", "boss", "--password-stdin", stdin="short\n")

    assert right == (0, "The password of boss is set.\n", "")
    assert (wrong.code, wrong.out) == (1, "")
    assert wrong.err.startswith("A password has at least 15 characters.")


def test_a_refusal_speaks_chinese(installed):
    ran = installed("user", "disable", "nobody", lang="zh_CN.UTF-8")

    assert ran == (1, "", "没有账号 nobody。\n")


def test_the_sample_company_never_mixes_with_another(installed):
    ran = installed("demo", "--no-serve")

    assert (ran.code, ran.out) == (1, "")
    assert "The database already holds a company." in ran.err


def test_jobs_are_listed_and_run(installed):
    listed = installed("job")
    ran = installed("job", "journal")
    unknown = installed("job", "nonsense")

    assert [line.split()[0] for line in listed.lines] == ["Job", "journal", "seats", "sign-ins"]
    assert ran == (0, "The journal is whole.\n", "")
    assert unknown == (1, "", "There is no job nonsense. The jobs are: journal, seats, sign-ins.\n")


def test_the_check_says_what_to_mend(installed):
    ran = installed("check", "--json")

    told = json.loads(ran.out)
    states = {finding["name"]: finding["state"] for finding in told["findings"]}
    assert (states["origin"], states["database"], states["journal"], states["accounts"]) == (
        "note",
        "right",
        "right",
        "right",
    )
    assert (ran.code == 0) == told["right"]
    assert installed("check", "--deploy").code == 1


def test_a_database_that_does_not_answer_is_told_in_one_sentence(training, monkeypatch):
    monkeypatch.setenv("TRAINING_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")

    ran = training("user", "list")

    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)


def test_a_bad_setting_is_told_in_one_sentence(training, monkeypatch):
    monkeypatch.setenv("PORT", "eighty")

    ran = training("user", "list")

    assert ran == (1, "", "PORT must be a whole number from 0 to 65535; it is 'eighty'.\n")
