"""The family of errors: the page that draws it is complete, and every message can be told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter
from types import ModuleType

import pytest

from events import errors, item_errors
from events.errors import Ambiguous, ZerenError
from events.item_errors import Fault, ItemError, Malformed


def family(root: type[ZerenError] = ZerenError) -> Iterator[type[ZerenError]]:
    """The errors below one, as they are defined on the two pages."""
    for child in root.__subclasses__():
        if child.__module__ in (errors.__name__, item_errors.__name__):
            yield child
            yield from family(child)


CLASSES = list(family())
MESSAGES = [error for error in CLASSES if error is not ItemError]
every_message = pytest.mark.parametrize("error", MESSAGES, ids=lambda error: error.__name__)


def values_of(template: str) -> set[str]:
    """The names of the values that a message needs."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def drawn(page: ModuleType) -> list[str]:
    """The names in the tree of a page's docstring, without its root."""
    lines = re.findall(r"^ *[├└]── ([A-Z]\w+(?: / [A-Z]\w+)*)", page.__doc__ or "", re.MULTILINE)
    return sorted(name for line in lines for name in line.split(" / "))


def test_the_trees_show_every_error() -> None:
    """The trees in the docstrings name every class once, those of single events on the page of these."""
    single = {error.__name__ for error in CLASSES if issubclass(error, ItemError)} - {ItemError.__name__}
    assert drawn(item_errors) == sorted(single)
    assert drawn(errors) == sorted({error.__name__ for error in CLASSES} - single)


def test_slugs_are_unique() -> None:
    """No two errors share a slug, and every slug is a word for a URL."""
    slugs = [error.slug for error in MESSAGES]
    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", slug) for slug in slugs)


@every_message
def test_an_error_has_a_docstring_of_its_own(error: type[ZerenError]) -> None:
    """Every class says what it means."""
    assert (vars(error)["__doc__"] or "").endswith(".")


@every_message
def test_both_languages_need_the_same_values(error: type[ZerenError]) -> None:
    """The two templates of a message carry the same values, but for words given in both languages."""

    def shared(template: str) -> set[str]:
        return {re.sub(r"_(zh|en)$", "", name) for name in values_of(template)}

    assert shared(error.zh) == shared(error.en)
    assert re.search(r"[\u4e00-\u9fff]", error.zh)


@every_message
def test_messages_carry_every_value(error: type[ZerenError]) -> None:
    """Formatted with its values, each message holds all of them and no gap."""
    names = values_of(error.zh) | values_of(error.en)
    values = {name: f"<{name}{{}}>" for name in names}
    made: ZerenError
    if error is Malformed:
        made, values = Malformed([Fault("/id", "必填", "required")] * 3), {"count": "3"}
    elif error is Ambiguous:
        made, values = Ambiguous(value="<v>", candidates=[{"id": "a"}, {"id": "b"}]), {"value": "<v>", "count": "2"}
    else:
        made = error(**values)
    assert str(made) == made.message("en")
    for language, template in (("zh", error.zh), ("en", error.en)):
        message = made.message(language)
        assert all(values[name] in message for name in values_of(template))
        assert "?" not in message


def test_a_forgotten_value_does_not_hide_the_error() -> None:
    """A message whose value was forgotten is told with a question mark, and raises nothing of its own."""
    assert errors.LogUnknown().message("en") == "there is no log ?"
    assert errors.LogUnknown().message("zh") == "没有日志 ?"
