"""Values of answers told for people: words, links, lists and parts."""

from __future__ import annotations

import pytest

from service.console.details import MOST, Teller, Told, names_of
from service.console.kinds import Catalogue, read

KINDS: Catalogue = read(
    [
        {
            "type": "transfer.decided",
            "title": "调整决定",
            "fields": [{"name": "decision", "title": "决定", "note": "approved 同意、refused 不同意"}],
        },
        {"type": "visit.made", "title": "走访", "fields": [{"name": "place_id", "title": "地点编号", "note": None}]},
    ]
)
ZH = Teller("zh", KINDS, {"s": "县委书记", "c1": "宕昌县"})
EN = Teller("en", KINDS)


@pytest.mark.parametrize(
    ("value", "key", "zh"),
    [
        (None, None, "—"),
        (True, None, "是"),
        ([], None, "—"),
        ({}, None, "—"),
        ("transfer", "reason", "调动"),
        ("refused", "decision", "不同意"),
        ("visit.made", "events", "走访"),
        ("not-posted:anything", "cause", "未公示:任何内容"),
        ("party-principal", "function", "党委主要负责人"),
        ("1250000.00", "amount", "1,250,000.00 元"),
        (["2017-09-01", "2017-09-30"], "left_on", "2017-09-01 – 2017-09-30"),
        ([880, 909], "days_before_release", "880 – 909"),
        (["retirement", "death"], "reason", "退休、去世"),
        ("没有名字的话", "ground", "没有名字的话"),
    ],
)
def test_plain_values(value: object, key: str | None, zh: str) -> None:
    """Codes by their words in the catalogue or ours, amounts with thousands apart, bounds as from and to."""
    assert ZH.told(value, key) == Told(zh)


def test_keys() -> None:
    """A key by our word, else by the title of a field without its `编号`, else as it is; a reading in both parts."""
    assert ZH.key("left_on") == "离任日期"
    assert ZH.key("place_id") == "地点"
    assert ZH.key("countersigned") == "已会签"
    assert ZH.key("entirely_new") == "entirely_new"
    assert ZH.key("by_functions=party-principal+government-principal").endswith("党委主要负责人、政府主要负责人")
    assert EN.key("left_on") == "left on"


def test_english_has_no_chinese_of_the_catalogue() -> None:
    """The catalogue speaks Chinese alone: in English a kind is told by its code in words."""
    assert EN.told("visit.made", "events") == Told("visit made")
    assert EN.told("refused", "decision") == Told("refused")


def test_things_lead_to_their_pages() -> None:
    """A place, a post, a person and an id under a known key each lead to the page there is of them."""
    place = {"id": "c/1", "code": "621223", "name": "宕昌县", "level": "county"}
    assert ZH.told(place) == Told("宕昌县", "/jurisdictions/c%2F1")
    assert ZH.told({"id": "p", "title": "县长"}) == Told("县长", "/posts/p/timeline")
    assert ZH.told({"id": "x", "name": None}, "person") == Told("x", "/persons/x")
    assert ZH.told("c1", "place") == Told("宕昌县", "/jurisdictions/c1")
    assert ZH.told("a person", "person") == Told("a person")


def test_who_took_a_step_is_told_apart_from_a_day() -> None:
    """Under `by` stands a day, or bodies, posts and people: these are no deadline, and lead to pages of their own."""
    at = {"level": "county", "functions": ["leading-group"]}
    doers = [
        {"id": "g", "name": "县扶贫领导小组", "kind": "body", **at},
        {"id": "s", "name": "县委书记", "kind": "post", **at},
        {"id": "x", "name": "示例甲", "kind": "person"},
    ]
    step = ZH.told({"type": "visit.made", "on": "2018-02-01", "position": 7, "by": doers})
    label, told = step.parts[1]
    assert label == "经办"
    assert told.items == (
        Told("县扶贫领导小组", "/bodies/g"), Told("县委书记", "/posts/s/timeline"), Told("示例甲", "/persons/x"),
    )  # fmt: skip
    assert ZH.told({"by": "2018-02-01"}).parts == (("期限", Told("2018-02-01")),)


def test_an_entry_is_told_with_its_position() -> None:
    """What stands in the log at a position is told by kind and day, and leads there."""
    assert ZH.told({"type": "visit.made", "on": "2018-02-01", "position": 7}) == Told("走访 2018-02-01", entry=7)


def test_nobody_is_said() -> None:
    """A stretch of days without a person is not left out: it says that there was nobody."""
    told = ZH.told({"post": "s", "person": None, "days": 22})
    assert told.parts[1] == ("人员", Told("无人"))
    assert [label for label, _ in ZH.told({"days": 1, "ground": None}).parts] == ["天数"]


def test_long_lists_are_cut() -> None:
    """Of a long list the first are told, and how many more there are."""
    told = ZH.told([str(one) for one in range(MOST + 5)])
    assert (len(told.items), told.more) == (MOST, 5)


def test_names_are_found_wherever_they_stand() -> None:
    """A thing that is named anywhere in an item gives its name to its id."""
    found = names_of({"bearer": {"posts": [{"id": "s", "title": "县长"}]}, "a": {"person": "x", "name": "示例甲"}})
    assert found == {"s": "县长", "x": "示例甲"}
