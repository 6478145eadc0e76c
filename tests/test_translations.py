"""Every sentence a person may read is translated, once, and its facts survive the translation."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
CATALOGUES = sorted((ROOT / "locales" / "zh_Hans" / "LC_MESSAGES").glob("*.po"))
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "say": None, "says": (1, 2)}
FACT = re.compile(r"%\(\w+\)s|\{\w+\}")


class Sentence(NamedTuple):
    text: str
    plural: str
    where: str


def extracted(folder: str, method: str, pattern: str) -> Iterator[Sentence]:
    options = {pattern: {"newstyle_gettext": "true", "trimmed": "true", "trim_blocks": "true", "silent": "false"}}
    found = extract_from_dir(
        ROOT / folder, method_map=[(pattern, method)], options_map=options, keywords=KEYWORDS, comment_tags=()
    )
    for file, line, text, _, _ in found:
        forms = text if isinstance(text, tuple) else (text, "")
        yield Sentence(forms[0], forms[1], f"{folder}/{file}:{line}")


def used() -> dict[str, Sentence]:
    sentences = [*extracted("training", "python", "**.py"), *extracted("templates", "jinja2", "**.html")]
    return {sentence.text: sentence for sentence in sentences}


def translations() -> Iterator[tuple[str, Message]]:
    for path in CATALOGUES:
        with path.open("rb") as file:
            yield from ((path.name, message) for message in read_po(file, abort_invalid=True) if message.id)


def texts(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A message's English and Chinese forms."""
    english = message.id if isinstance(message.id, tuple | list) else (message.id,)
    chinese = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(english), tuple(chinese)


def test_every_sentence_is_translated():
    translated = {texts(message)[0][0] for _, message in translations() if all(texts(message)[1]) and not message.fuzzy}

    assert [
        f"{sentence.where} {sentence.text!r}" for sentence in used().values() if sentence.text not in translated
    ] == []


def test_no_translation_is_stale_or_fuzzy():
    sentences = used()
    wrong = []
    for file, message in translations():
        english, _ = texts(message)
        plural = english[1] if len(english) > 1 else ""
        known = sentences.get(english[0])
        if known is None:
            wrong.append(f"{file}: nothing says {english[0]!r}")
        elif known.plural != plural:
            wrong.append(f"{file}: the plural of {english[0]!r} differs from {known.where}")
        if message.fuzzy:
            wrong.append(f"{file}: fuzzy {english[0]!r}")

    assert wrong == []


def test_no_sentence_is_translated_twice():
    seen: dict[str, str] = {}
    twice = []
    for file, message in translations():
        text = texts(message)[0][0]
        if text in seen:
            twice.append(f"{text!r} in {seen[text]} and {file}")
        seen[text] = file

    assert twice == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_translations_keep_the_facts(path):
    wrong = []
    with path.open("rb") as file:
        for message in read_po(file):
            if not message.id:
                continue
            english, chinese = texts(message)
            facts = set(FACT.findall(english[-1]))
            wrong += [form for form in chinese if form and set(FACT.findall(form)) - {"%(num)s"} != facts - {"%(num)s"}]

    assert wrong == []
