"""/journal: what was done, in the reader's words."""

from typing import Any

from training.access import COMMAND_LINE
from training.journal.actions import note


async def test_facts_have_names_and_not_those_of_columns(world: Any, as_auditor: Any) -> None:
    await note(COMMAND_LINE, "mark.recorded", 1, part="theory", attempt=2)

    page = await as_auditor.get("/journal")

    assert "次数：2" in page.text
    assert "attempt" not in page.text
