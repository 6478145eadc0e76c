"""Kept files come back as they were, lie sealed on the disk, and have harmless names."""

from pathlib import Path

import pytest

from training import settings
from training.access import COMMAND_LINE
from training.errors import Missing
from training.files import actions, queries, rules
from training.sealing import Unsealable


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("花名册.xlsx", "花名册.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\台账.xlsx", "台账.xlsx"),
        ("a\r\nSet-Cookie: x.xlsx", "aSet-Cookie x.xlsx"),
        ("  ", "file"),
        ("..", "file"),
        ("长" * 300 + ".xlsx", "长" * 115 + ".xlsx"),
    ],
)
def test_shown_name(sent: str, shown: str) -> None:
    assert rules.shown_name(sent) == shown


def _on_disk(sha256: str) -> Path:
    return settings.current().data_folder() / "files" / sha256[:2] / sha256


async def test_a_file_comes_back_as_it_was_and_lies_sealed(db: None) -> None:
    content = b"110105194912310021" * 100

    file = await actions.keep(content, name="花名册.xlsx", media_type="text/plain", by=COMMAND_LINE)
    again = await actions.keep(content, name="other.xlsx", media_type="text/plain", by=COMMAND_LINE)

    found = await queries.content(file)
    assert (again, found.content, found.name, found.size) == (file, content, "花名册.xlsx", 1800)
    assert b"11010519491231" not in _on_disk(found.sha256).read_bytes()


async def test_a_touched_file_is_not_believed(db: None) -> None:
    file = await actions.keep(b"content to touch", name="x", media_type="text/plain", by=COMMAND_LINE)
    path = _on_disk((await queries.kept(file)).sha256)
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")

    with pytest.raises(Unsealable):
        await queries.content(file)
    path.unlink()
    with pytest.raises(Missing):
        await queries.content(file)
