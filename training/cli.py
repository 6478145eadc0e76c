"""The command line: `training serve`, `training import roster FILE --apply`, and the rest. `--help` tells them all.

0 is done; 1 is refused, or something is wrong; 2 is a command that cannot be understood.
"""

import logging
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer
import typer.main
import typer.rich_utils

from training import settings
from training.commands import accounts, checking, importing, jobs, renewals, serving, standing
from training.commands.terminal import TOLD, _, fail
from training.web.kit.languages import Language, language, speaking
from training.words import say

INTERRUPTED = 130


class Lang(StrEnum):
    CHINESE = "zh-Hans"
    ENGLISH = "en"


app = typer.Typer(
    name="training",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve", help=_("Bring the database up to date, then serve the application."))(serving.serve)
app.command("demo", help=_("Load the sample company, tell its sign-ins, and serve."))(serving.demo)
app.command("migrate", help=_("Bring the database up to date. Again, it does nothing."))(serving.migrate)
app.command("setup", help=_("Make the first administrator of a new installation."))(accounts.setup)
app.add_typer(accounts.users, name="user", help=_("Who may sign in."))
app.add_typer(importing.imports, name="import", help=_("Spreadsheets in: see what would happen, then let it."))
app.command("renewals", help=_("Who must renew what, and by when."))(renewals.renewals)
app.command("standing", help=_("What a person's certificates are worth on a day, and why."))(standing.standing)
app.command("job", help=_("Run a job of the schedule now."))(jobs.job)
app.command("check", help=_("Look whether this installation is sound, and say how to mend it."))(checking.check)


@app.callback(help=_("Chizheng: whether every post is covered by people whose certificates hold."))
def top(
    lang: Annotated[
        Lang | None, typer.Option(help=_("The language to speak, with any command; otherwise the terminal's."))
    ] = None,
) -> None:
    """`--lang` is read before click sees it, so that the help speaks it too."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The `training` command. Raises SystemExit with the exit code."""
    given, lang = without_language(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr, force=True)
    try:
        spoken = language(lang or settings.current().terminal_language)
    except settings.BadSetting as error:
        sys.exit(fail(error))
    with speaking(spoken):
        if lang and lang not in settings.LANGUAGES:
            given = ["--lang", lang]  # for click to refuse
        command = translated(typer.main.get_command(app), spoken)
        try:
            command.main(given, prog_name="training")
        except TOLD as error:
            sys.exit(fail(error))
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)


def without_language(arguments: Sequence[str]) -> tuple[list[str], str]:
    """The arguments without `--lang`, which may stand anywhere, and the language it asks for, or nothing."""
    kept, lang = [], ""
    left = iter(arguments)
    for argument in left:
        name, equals, value = argument.partition("=")
        if name == "--lang":
            lang = value if equals else next(left, "")
        else:
            kept.append(argument)
    return kept, lang


def translated(command: Any, spoken: Language) -> Any:
    """A command and all below it with their help in the language."""
    typer.rich_utils.OPTIONS_PANEL_TITLE = spoken.words(say("Options"))
    typer.rich_utils.COMMANDS_PANEL_TITLE = spoken.words(say("Commands"))
    typer.rich_utils.ARGUMENTS_PANEL_TITLE = spoken.words(say("Arguments"))
    _translate(command, spoken)
    return command


def _translate(command: Any, spoken: Language) -> None:
    command.help = command.help and spoken.gettext(command.help)
    for parameter in command.params:
        if text := getattr(parameter, "help", None):
            parameter.help = spoken.gettext(text)
    for below in getattr(command, "commands", {}).values():
        _translate(below, spoken)


if __name__ == "__main__":
    main()
