"""Which division is which, where codes are used again and names stand elsewhere."""

from __future__ import annotations

import pytest

from service.divisions.matching import Matching, match
from service.divisions.table import read_table
from service.divisions.tree import Tree
from tests.service.division_tables import Rows, files_of

BASE: Rows = {"37": "戌省", "3701": "戌市", "370101": "戌县", "370102": "亥县", "370102100": "丙镇"}
BASE |= {"370101100": "甲镇", "370101101": "乙镇"}


def below(township: str, *names: str, start: int = 200) -> Rows:
    """Villages of a township."""
    return {f"{township}{code}": f"{name}村委会" for code, name in enumerate(names, start)}


def tree(rows: Rows) -> Tree:
    """The tree of a table of one province."""
    table = read_table(files_of(rows), lambda _: None)
    assert table.faults == []
    return Tree(table.provinces["37"].nodes)


def matched(before: Rows, after: Rows) -> Matching:
    """What became of the divisions of one table in another; those of BASE are in both unless replaced."""
    return match(tree(before), tree(after))


def changed(done: Matching) -> dict[str, str]:
    """The codes of what is the same under another code."""
    return {old: new for old, new in done.new_of.items() if old != new}


def groups(done: Matching) -> list[tuple[set[str], set[str]]]:
    """What is left to a person."""
    return [(set(found.olds), set(found.news)) for found in done.undecided]


OTHERS = below("370101101", "三", "四") | below("370102100", "五", "六")


def test_a_township_that_moved_is_found_by_name_though_its_code_went_to_another() -> None:
    """甲镇 with its two villages goes to another county, and a new 丁镇 takes its code: no rename."""
    before = BASE | OTHERS | below("370101100", "一", "二")
    after = BASE | OTHERS | {"370101100": "丁镇"} | below("370101100", "七", "八")
    after |= {"370102101": "甲镇"} | below("370102101", "一", "二")
    done = matched(before, after)
    assert done.undecided == []
    assert done.new_of["370101100"] == "370102101"
    assert not done.has_new("370101100")
    assert done.new_of["370101100200"] == "370102101200"


def test_a_township_whose_code_and_name_are_both_used_elsewhere_is_for_a_person() -> None:
    """Without villages nothing tells whether 甲镇 was renamed, and another founded under its name, or moved."""
    after = BASE | OTHERS | {"370101100": "丁镇", "370102101": "甲镇"}
    assert groups(matched(BASE | OTHERS, after)) == [({"370101100"}, {"370101100", "370102101"})]


def test_a_township_renamed_under_its_code_stays_itself() -> None:
    """Where the villages stayed, or those elsewhere are others, a new 甲镇 in another county is a new one."""
    before = BASE | OTHERS | below("370101100", "一", "二", "七")
    after = BASE | OTHERS | {"370101100": "丁镇"} | below("370101100", "一", "二", "八")
    for names in ((), ("子", "丑", "寅")):
        new = {"370102101": "甲镇"} | below("370102101", *names)
        done = matched(before, after | new)
        assert done.new_of["370101100"] == "370101100"
        assert done.undecided == []
        assert not done.has_new("370102101")


def test_another_kind_under_one_code_is_the_same_township() -> None:
    """甲乡 that became 甲镇 under its code is that, whatever other 甲乡 appears in the province."""
    before = BASE | OTHERS | {"370101100": "甲乡"}
    done = matched(before, BASE | OTHERS | {"370102101": "甲乡"})
    assert done.new_of["370101100"] == "370101100"
    assert done.undecided == []


VILLAGES = BASE | OTHERS | below("370101100", "张家", "李家", "王家")


def test_a_village_that_moved_is_found_by_name_though_its_code_went_to_another() -> None:
    """张家 goes to another township of the county and 钱家 takes its code: a move and a founding."""
    after = VILLAGES | {"370101100200": "钱家村委会", "370101101202": "张家村委会"}
    done = matched(VILLAGES, after)
    assert changed(done) == {"370101100200": "370101101202"}
    assert done.undecided == []
    assert not done.has_new("370101100200")


def test_a_village_that_took_the_code_of_another_is_found_by_name() -> None:
    """张家 ends, and 三 comes to its township under its code: a move and an end."""
    after = {code: name for code, name in VILLAGES.items() if code != "370101101200"}
    done = matched(VILLAGES, after | {"370101100200": "三村委会"})
    assert changed(done) == {"370101101200": "370101100200"}
    assert done.undecided == []
    assert not done.has_old("370101100200")


@pytest.mark.parametrize(
    ("after", "olds", "news"),
    [
        # 四 is renamed to 张家 under its code, and 张家 to 钱家 under its own, or each moved.
        ({"370101100200": "钱家村委会", "370101101201": "张家村委会"}, 2, 2),
        # There are two of the old name now.
        ({"370101100200": "钱家村委会", "370101101202": "张家村委会", "370101101203": "张家村民委员会"}, 1, 3),
    ],
)
def test_a_village_of_which_code_and_name_say_as_much_is_for_a_person(after: Rows, olds: int, news: int) -> None:
    """What code and name could both be true of is one group, and nothing of it is decided."""
    found = groups(matched(VILLAGES, VILLAGES | after))
    assert [(len(old), len(new)) for old, new in found] == [(olds, news)]
    assert "370101100200" in found[0][0] & found[0][1]


def test_a_village_whose_name_was_made_longer_stays_itself() -> None:
    """Where 张家 becomes 前张家 under its code because another village is called 张家 now, each is a rename."""
    after = VILLAGES | {"370101100200": "前张家村委会", "370101101200": "张家村委会"}
    done = matched(VILLAGES, after)
    assert done.undecided == []
    assert changed(done) == {}
    assert len(done.new_of) == len(VILLAGES)


def test_a_village_renamed_under_its_code_stays_itself() -> None:
    """A new name that stood nowhere, and an old one that stands nowhere else in the county, is a rename."""
    after = VILLAGES | {"370101100200": "钱家村委会", "370102100202": "张家村委会"}
    done = matched(VILLAGES, after)
    assert done.new_of["370101100200"] == "370101100200"
    assert done.undecided == []
    assert not done.has_new("370102100202")


def test_siblings_that_change_codes_in_a_ring_keep_their_names() -> None:
    """Three townships of one county pass their codes round; the one with nothing below it goes by its name."""
    before = BASE | {"370101102": "丁镇"}
    before |= below("370101100", "一", "二", "三") | below("370101101", "四", "五", "六")
    after = BASE | {"370101100": "丁镇", "370101101": "甲镇", "370101102": "乙镇"}
    after |= below("370101101", "一", "二", "三") | below("370101102", "四", "五", "六")
    done = matched(before, after)
    wanted = {"370101100": "370101101", "370101101": "370101102", "370101102": "370101100"}
    assert {old: new for old, new in changed(done).items() if len(old) == 9} == wanted
    assert done.undecided == []
