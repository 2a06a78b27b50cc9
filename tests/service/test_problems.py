"""The table of problems is whole, and a failure is told in the language that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter

import orjson
import pytest

from events import errors, item_errors
from events.errors import Ambiguous, BadRequest, ZerenError
from events.item_errors import Fault, IdTaken, ItemError, Malformed
from service.problems import HTTP_TITLES, TABLE, language, plain, problem, response

ABSTRACT = {ZerenError, ItemError}


def family(root: type[ZerenError] = ZerenError) -> Iterator[type[ZerenError]]:
    """A class and all below it, those that a test made for itself left out."""
    yield root
    for below in root.__subclasses__():
        if not below.__module__.startswith("tests."):
            yield from family(below)


def made(kind: type[ZerenError]) -> ZerenError:
    """An error of a class, with a value for everything its messages name."""
    if kind is Malformed:
        return Malformed([Fault("/data/a~1b", "必填", "required", "编号"), Fault("", "对象", "an object")])
    if kind is Ambiguous:
        return Ambiguous(value="621223", candidates=[{"id": "a"}, {"id": "b"}])
    names = {name for text in (kind.zh, kind.en) for _, name, _, _ in Formatter().parse(text) if name}
    return kind(**{**dict.fromkeys(names, "值"), "differs": ["/data"], "position": 7})


CONCRETE = sorted(set(family()) - ABSTRACT, key=lambda kind: kind.__name__)


def test_every_error_has_a_row_and_every_row_an_error() -> None:
    """The table holds each class of the family but the abstract ones, and nothing else."""
    assert set(TABLE) == set(CONCRETE)
    assert {kind.__module__ for kind in TABLE} == {errors.__name__, item_errors.__name__}
    assert len({kind.slug for kind in TABLE}) == len(TABLE)


@pytest.mark.parametrize("kind", CONCRETE, ids=lambda kind: str(kind.__name__))
def test_every_error_is_told_in_both_languages(kind: type[ZerenError]) -> None:
    """A problem has type, title, status, detail and code; no value is missing from its message in either language."""
    error = made(kind)
    status, zh, en = TABLE[kind]
    assert 400 <= status < 600
    for lang, title in (("zh", zh), ("en", en)):
        told = problem(error, lang)
        assert (told["title"], told["status"], told["code"]) == (title, status, kind.slug)
        assert told["type"] == f"urn:zeren:problem:{kind.slug}"
        assert told["detail"].startswith(error.message(lang))
        assert "?" not in error.message(lang)
        answer = response(told)
        assert (answer.status_code, answer.media_type) == (status, "application/problem+json")
        assert orjson.loads(bytes(answer.body)) == told
    assert zh != en
    assert any("\u4e00" <= character <= "\u9fff" for character in zh)
    assert en.isascii()


def test_a_parameter_that_is_missing() -> None:
    """It is said to be missing, not to have the value None; an empty text is a value."""
    expected = {"expected_zh": "日期", "expected_en": "a day"}
    missing = BadRequest(name="on", value=None, **expected)
    assert (missing.message("en"), missing.message("zh")) == (
        "parameter on is missing; expected a day", "参数 on 未给出:应为日期",
    )  # fmt: skip
    assert str(BadRequest(name="on", value="", **expected)) == "parameter on has the value ; expected a day"


def test_what_a_problem_carries() -> None:
    """Faults come with pointer, title and what was expected, conflicts with differences, ambiguity with candidates."""
    faults = problem(made(Malformed), "zh")["errors"]
    assert faults[0] == {"pointer": "/data/a~1b", "field": "data.a~1b", "title": "编号", "expected": "必填"}
    assert problem(made(Malformed), "en")["errors"][0]["expected"] == "required"
    assert problem(made(IdTaken), "en")["differs"] == ["/data"]
    assert problem(made(Ambiguous), "en")["candidates"] == [{"id": "a"}, {"id": "b"}]
    assert "errors" not in problem(BadRequest(name="q", value="", expected_zh="", expected_en=""), "en")


def test_headers_that_go_with_a_status() -> None:
    """401 names the scheme, 503 says when to try again."""
    assert response(problem(errors.Unauthenticated(), "en")).headers["www-authenticate"] == "Bearer"
    assert response(problem(made(errors.ClockStopped), "en")).headers["retry-after"] == "1"
    assert "retry-after" not in response(problem(made(errors.NotFound), "en")).headers


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_problems_of_http_itself(lang: str) -> None:
    """What HTTP itself refuses has a title in both languages, known status or not."""
    for status in (*HTTP_TITLES, 400, 418):
        told = orjson.loads(bytes(plain(status, lang).body))
        assert told.keys() == {"type", "title", "status", "detail"}
        assert (told["status"], told["type"]) == (status, "about:blank")
        assert told["title"].isascii() == (lang == "en")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "en"), ("", "en"), ("zh", "zh"), ("zh-CN", "zh"), ("ZH-hans-CN", "zh"), ("en", "en"), ("fr", "en"),
        ("en;q=0.5, zh;q=0.8", "zh"), ("zh;q=0.5,en;q=0.8", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("zh;q=0", "en"),
        ("fr, zh;q=0.1", "zh"), ("*", "en"), ("zh;q=x", "en"), (";;q=,,", "en"), ("zh; q=0.7, en; q=0.6", "zh"),
        ("zh;q=nan", "en"),
    ],
)  # fmt: skip
def test_the_language_of_an_answer(accept: str | None, chosen: str) -> None:
    """The heavier of Chinese and English is taken, English where neither is asked for."""
    assert language(accept) == chosen
