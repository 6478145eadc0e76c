"""Names for files: what may be shown and saved, whatever the sender called it."""

import re
import unicodedata

LONGEST_NAME = 120


def shown_name(name: str) -> str:
    """A file's name as a display string: no path, no control characters, not endless, never empty."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in base if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*').strip(" .")
    if len(kept) <= LONGEST_NAME:
        return kept or "file"
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > 8:
        return kept[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
