"""Packs that cannot be used, refused with file and line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from projections.duties.accepting import checked, usable
from projections.policies import shelf
from projections.policies.coverage import coverage_of, table
from projections.policies.pack import PackError, load, load_all, read
from projections.policies.shelf import line_of
from projections.proving import failures
from tests.projections.written import PATROL, RULE, UNDECIDED, Change, Document, both, rule, written


def added(**fields: Any) -> Change:
    """Another rule after the first."""
    return lambda document: document["rules"].append({**RULE, "id": "rivers-art3", **fields})


def dated(**fields: Any) -> Change:
    """A change of the instrument."""
    return lambda document: document["instrument"].update(fields)


def judged(evaluator: str, **params: Any) -> Change:
    """The one rule under another evaluator, without readings."""
    return rule(evaluator=evaluator, params=params, readings=[])


def full(*examples: tuple[str, str]) -> Change:
    """A rule that may be breached, with the day and status of each example."""
    told = [{"name": f"{n}", "given": [], "on": {day: status}} for n, (day, status) in enumerate(examples)]
    return rule(verdicts="full", examples=told)


def test_the_small_pack_is_without_fault(tmp_path: Path) -> None:
    """What the tests below change is in order before."""
    written(tmp_path)
    found = checked(tmp_path)
    assert ([str(one) for one in found.complaints], list(found.packs)) == ([], ["rivers.yaml"])
    assert list(failures(found.packs["rivers.yaml"])) == []


@pytest.mark.parametrize(
    ("change", "message", "line"),
    [
        (rule(evaluator="oracle"), "rivers-art2: evaluator: should be one of .*, got oracle", "evaluator: oracle"),
        (rule(params={"events": ["visit.made"], "at_least": 1, "colour": 1}), "params.colour", "colour: 1"),
        (rule(params={"events": ["visit.made"], "at_least": "many"}), "params.at_least", "at_least: many"),
        (rule(quote="市级河长每年巡河"), "quote: should be found in rivers.txt", "quote: 市级河长每年巡河"),
        (rule(source="lakes.txt"), "source: should be a file of the sources", "source: lakes.txt"),
        (rule(functions=["lake-chief"]), "functions: should be functions that are known, got lake-chief", "functions:"),
        (rule(examples=[]), "examples: should have one that meets it", "- id: rivers-art2"),
        (rule(examples=RULE["examples"][1:]), "examples: should have one that meets it", "- id: rivers-art2"),
        (
            rule(examples=[{**RULE["examples"][0], "on": {"2018-03-04": "met"}}]),
            "should have one that leaves a gap", "- id: rivers-art2",
        ),
        (full(("2018-03-04", "met")), "should have one that does not", "- id: rivers-art2"),
        (
            full(("2018-03-04", "met"), ("2018-03-06", "breached")),
            "should have a day and the next with different statuses", "- id: rivers-art2",
        ),
        (rule(same_as="rivers-art9"), "same_as: should be the id of a rule, got rivers-art9", "same_as: rivers-art9"),
        (rule(same_as="rivers-art2"), "same_as: should not lead back to itself", "same_as: rivers-art2"),
        (
            both(rule(same_as="rivers-art3"), added(same_as="rivers-art2")),
            "same_as: should not lead back to itself", "same_as: rivers-art3",
        ),
        (added(id="rivers-art2"), "id: should be of one rule only, and this pack has another", "- id: rivers-art2"),
        (
            lambda document: document["not_decided"].append({**UNDECIDED, "id": "rivers-art2"}),
            "rivers-art2: id: should be of one rule only", "- id: rivers-art2",
        ),
        (
            lambda document: document["not_decided"].append({**UNDECIDED, "id": "gansu-2017-art9-a"}),
            "and pack gansu has another", "- id: gansu-2017-art9-a",
        ),
        (
            lambda document: document["not_decided"][0].update(quote="谁负责"),
            "quote: should be found in rivers.txt", "quote: 谁负责",
        ),
        (
            rule(readings=[{"name": "nights", "default": 1, "others": [2], "means": "x"}]),
            "readings: should name a parameter, got nights", "- name: nights",
        ),
        (
            rule(readings=[{"name": "at_least", "default": 2, "others": [3], "means": "x"}]),
            "readings.at_least.default: should be the parameter's value, 1, got 2", "- name: at_least",
        ),
        (
            rule(readings=[{"name": "at_least", "default": 1, "others": [], "means": "x"}]),
            "readings.at_least.others: should be values other than the default", "- name: at_least",
        ),
        (
            rule(readings=[{"name": "at_least", "default": 1, "others": ["some"], "means": "x"}]),
            "params.at_least", "at_least: 1",
        ),
        (rule(params={"events": ["visit.mode"]}), "params.events: should be a kind of the catalogue, got visit.mode",
         "- visit.mode"),
        (
            rule(params={"events": ["visit.made"], "where": {"colour": "red"}}),
            r"params\.where\.colour: should be a field of visit\.made, got colour", "colour: red",
        ),
        (
            rule(params={"events": ["visit.made"], "where": {"visit.made": {"colour": "red"}}}),
            r"params\.where\.visit\.made\.colour: should be a field", "colour: red",
        ),
        (
            rule(params={"events": ["visit.made"], "where": {"visit.mode": {"nights": 1}}}),
            r"params\.where\.visit\.mode: should be a kind", "visit.mode:",
        ),
        (rule(condition={"events": ["exit.proposd"]}), "condition.events: should be a kind", "- exit.proposd"),
        (
            rule(condition={"events": ["exit.proposed"], "where": {"nights": 1}}),
            "condition.where.nights: should be a field of exit.proposed", "nights: 1",
        ),
        (
            lambda document: document["roles"][0].update(rule="rivers-art7"),
            "roles.0.rule: should be the id of a row of this pack, got rivers-art7", "rule: rivers-art7",
        ),
        (
            lambda document: document["functions"]["river-chief"].update(answered_by=["nobody"]),
            "answered_by: should be functions that are known, got nobody", "answered_by:",
        ),
        (dated(effective_until="2016-01"), "should leave a possible day of start", "effective_from: '2017'"),
        (dated(effective_from="soon"), "should be an EDTF date", "effective_from: soon"),
        (rule(colour="blue"), "rules.0.colour", "colour: blue"),
        (
            rule(params={"events": ["visit.made"], "where": {"visit.made": "county"}}),
            "params.where.visit.made: should be fields of this kind", "visit.made: county",
        ),
        (judged("role", optional=["lake-chief"]), "params: should be functions that are known, got lake", "params:"),
        (
            judged("role", by_level={"county": ["lake-chief"]}),
            "params: should be functions that are known, got lake-chief", "params:",
        ),
        (judged("publicity", of=["projects"]), r"params\.of\.0: .*should be a register: one of", "- projects"),
        (judged("filing", of=["files"], documents=[]), r"params\.of\.0: .*should be a register: one of", "- files"),
        (
            judged("letter-between", kinds=["responsibility-letter.signed"], level="country"),
            r"params\.level: Input should be 'province', 'city'", "level: country",
        ),
        (
            judged("procedure", register="exit", kinds=["exit.approved"], levels=["family"]),
            r"params\.levels\.0.*'household'", "- family",
        ),
        (
            judged("procedure", register="exit", kinds=["exit.approved"], recipient_level="x"),
            r"params\.recipient_level: Input should be .*'centre'", "recipient_level: x",
        ),
        (judged("procedure", register="exit"), "params: .*should have kinds, or order alone", "params:"),
        (judged("procedure", register="exit", kinds=["passed"]), r"params\.kinds\.0: .*should be a kind", "- passed"),
        (judged("quota", events=["visit.made"], within_days=10**9), "params.within_days: .*36525", "within_days: 10"),
        (
            judged("quota", events=["visit.made"], period=None, window="sliding"),
            "params: .*should have a period, since its window is sliding", "params:",
        ),
        (
            judged("deadline", what="target", figure={"value": "many", "since": "2018-01-01", "due_on": "2018-12-31"}),
            r"params\.figure\.value: .*should be a number", "value: many",
        ),
        (
            rule(examples=[{"name": "untold", "given": [{"typ": "visit.made", "data": {}}], "on": {}}]),
            r"examples\.0\.given\.0: .*should be an event, \{type: ", "- typ: visit.made",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_file_and_line(tmp_path: Path, change: Change, message: str, line: str) -> None:
    """Each fault is told once with the rule and key, and on the line where that stands."""
    lines = written(tmp_path, change).read_text(encoding="utf-8").splitlines()
    told = [str(one) for one in checked(tmp_path).complaints]
    found = next((one for one in told if re.search(message, one)), None)
    assert found is not None, told
    assert (match := re.match(r"rivers\.yaml:(\d+): pack rivers: ", found)) is not None, found
    assert line in lines[int(match[1]) - 1]


def test_a_text_that_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    """A key given twice, or what no parser takes, is found where it stands."""
    file = written(tmp_path)
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "system: rivers\n", encoding="utf-8")
    (found,) = checked(tmp_path).complaints
    assert (found.file, found.line) == ("rivers.yaml", len(text.splitlines()) + 1)
    file.write_text(text + "  - [\n", encoding="utf-8")
    (found,) = checked(tmp_path).complaints
    assert found.line >= len(text.splitlines())


def test_two_packs_of_one_system_may_not_be_in_force_on_one_day(tmp_path: Path) -> None:
    """One may follow the other: the day on which both could hold is named."""

    def later(since: str) -> Change:
        def change(document: Document) -> None:
            document["instrument"].update(effective_from=since, effective_until=None)
            document["rules"], document["not_decided"] = [], []

        return change

    written(tmp_path)
    written(tmp_path, later("2018-06"), "rivers-2.yaml")
    told = "\n".join(str(one) for one in checked(tmp_path).complaints)
    assert "two packs of this system may be in force on one day, 2018-06-01" in told
    assert "rivers-2.yaml:1: pack rivers: system: should be the name of its file" in told
    written(tmp_path, later("2019-04"), "rivers-2.yaml")
    assert "in force on one day" not in "\n".join(str(one) for one in checked(tmp_path).complaints)


def test_an_earlier_text_is_named_by_its_end(tmp_path: Path) -> None:
    """It stands beside the text that follows it, under a name that says until when it was in force."""

    def following(document: Document) -> None:
        document["instrument"].update(effective_from="2019-04", effective_until=None)
        document["rules"], document["not_decided"] = [], []

    written(tmp_path, following)
    file = written(tmp_path, name="rivers-until-2019-03.yaml")
    assert checked(tmp_path).complaints == checked(file).complaints == ()
    assert {name: pack.end.last.isoformat() for name, pack in read(tmp_path).items()} == {
        "rivers-until-2019-03": "2019-03-31", "rivers": "9999-12-31",
    }  # fmt: skip
    file.rename(tmp_path / "rivers-until-2018.yaml")
    (found,) = checked(tmp_path).complaints
    assert "system: should be the name of its file, rivers-until-2018.yaml" in str(found)
    with pytest.raises(PackError, match=r"should be the name of its file, rivers-until-2018\.yaml"):
        read(tmp_path)


def test_two_files_may_not_hold_rules_of_one_id(tmp_path: Path) -> None:
    """A rule's id is its own over all packs, and both files are named."""
    written(tmp_path)
    written(tmp_path, lambda document: document.update(system="lakes"), "lakes.yaml")
    told = {(one.file, one.told) for one in checked(tmp_path).complaints}
    wanted = "rule rivers-art2: id: should be of one rule only, and pack"
    assert {("lakes.yaml", f"pack lakes: {wanted} rivers has another"),
            ("rivers.yaml", f"pack rivers: {wanted} lakes has another")} <= told  # fmt: skip


def test_a_pack_of_a_system_that_is_carried_stands_in_its_place(tmp_path: Path) -> None:
    """A county may check its own version of a shipped pack: its rules are not taken for another's."""
    shipped = shelf.shipped().joinpath("zhongshan.yaml").read_text(encoding="utf-8")
    (tmp_path / "zhongshan.yaml").write_text(shipped, encoding="utf-8")
    assert checked(tmp_path).complaints == ()
    assert checked(tmp_path / "zhongshan.yaml").complaints == ()


def test_a_file_by_itself_quotes_the_sources_beside_it(tmp_path: Path) -> None:
    """A pack is found right as a file as it is in its folder."""
    assert checked(written(tmp_path)).complaints == ()


def test_what_is_not_utf8_is_named(tmp_path: Path) -> None:
    """A pack or a text saved in GB 18030 is named; an original in PDF and a folder beside the texts are let be."""
    file = written(tmp_path)
    (tmp_path / "sources" / "rivers.pdf").write_bytes(b"%PDF-1.7 \xff\xfe")
    (tmp_path / "sources" / "scans").mkdir()
    assert checked(tmp_path).complaints == ()
    text = tmp_path / "sources" / "rivers.txt"
    kept = text.read_bytes()
    text.write_bytes(kept.decode("utf-8").encode("gb18030"))
    assert "sources/rivers.txt:1: should be text in UTF-8" in map(str, checked(tmp_path).complaints)
    text.write_bytes(kept)
    file.write_bytes(file.read_text(encoding="utf-8").replace("county", "县").encode("gb18030"))
    assert [str(one) for one in checked(tmp_path).complaints] == ["rivers.yaml:1: should be text in UTF-8"]


def test_the_packs_carried_are_usable() -> None:
    """The start of the service takes them as they are."""
    assert usable() == load_all()


def test_superseded_packs_are_found_by_their_digests(tmp_path: Path) -> None:
    """Old versions lie in a folder of their own under any name; one that cannot be read is a fault of the check."""
    assert shelf.read_superseded(tmp_path) == {}
    file = written(tmp_path / shelf.SUPERSEDED, dated(number="1"), "rivers-until-2018.yaml")
    old = load(file.read_text(encoding="utf-8"))
    assert {digest: pack.system for digest, pack in shelf.read_superseded(tmp_path).items()} == {old.digest: "rivers"}
    written(tmp_path)
    assert checked(tmp_path).complaints == ()
    file.write_text("system: [", encoding="utf-8")
    with pytest.raises(PackError):
        shelf.read_superseded(tmp_path)
    assert [one.file for one in checked(tmp_path).complaints] == ["superseded/rivers-until-2018.yaml"]


def test_an_example_that_shows_something_else_is_named(tmp_path: Path) -> None:
    """The day, what was expected and what is shown; events that no log would take are told too."""
    wrong = [{**RULE["examples"][0], "on": {"2018-03-03": "met"}}, RULE["examples"][1]]
    pack = load(written(tmp_path, rule(examples=wrong)).read_text(encoding="utf-8"))
    assert list(failures(pack)) == [
        (
            ("rules", "rivers-art2", "examples", 0),
            "pack rivers: rule rivers-art2: example 'a patrol': on 2018-03-03 met expected, shows gap",
        )
    ]
    aside = [{**RULE["examples"][0], "without": ["county.river-cheif"]}, RULE["examples"][1]]
    pack = load(written(tmp_path, rule(examples=aside)).read_text(encoding="utf-8"))
    ((_, told),) = failures(pack)
    assert told.endswith("example 'a patrol': without: nothing is called county.river-cheif")
    wrong = [{"name": "odd", "given": [{"type": "visit.made", "data": {"nights": -1}}], "on": {"2018-03-04": "met"}}]
    pack = load(written(tmp_path, rule(examples=wrong)).read_text(encoding="utf-8"))
    ((_, told),) = failures(pack)
    assert "example 'odd': " in told
    assert "visit_id" in told


@pytest.mark.parametrize(
    ("code", "level"), [("100001", "county"), ("100001", "province"), ("100001", "city"), ("429004", "county")]
)
def test_examples_are_told_within_the_code_of_a_pack_whatever_its_digits(tmp_path: Path, code: str, level: str) -> None:
    """A county numbered below its province, a numbering without zeros: the place that owes is within the pack's."""
    patrol = {**PATROL["data"], "visitor": [{"post_id": f"{level}.river-chief"}], "place_id": level}
    told = [{**RULE["examples"][0], "given": [{**PATROL, "data": patrol}]}, RULE["examples"][1]]
    change = both(lambda document: document["place"].update(codes=[code]), rule(level=level, examples=told))
    pack = load(written(tmp_path, change).read_text(encoding="utf-8"))
    assert list(failures(pack)) == []


def test_a_line_is_that_of_the_key_or_of_the_nearest_above_it() -> None:
    """Items are found by position or id; where a key is missing, its parent is told."""
    text = "a: 1\nrules:\n- id: x\n  act: y\n- id: z\n  params:\n    per: P1Y\n"
    ways = [("a",), ("rules", "z", "params", "per"), ("rules", 0, "act"), ("rules", "z", "quote"), ("b",), ()]
    assert [line_of(text, way) for way in ways] == [1, 7, 4, 5, 1, 1]
    assert line_of("[", ("a",)) == 1


def test_what_nobody_issued_is_counted_apart(tmp_path: Path) -> None:
    """The duties of an invented instrument are no part of the totals, nor of the table."""
    real = load(written(tmp_path).read_text(encoding="utf-8"))
    made_up = load(written(tmp_path, dated(invented=True)).read_text(encoding="utf-8"))
    found = coverage_of([real])
    assert (found["yes"], found["partly"], found["no"]) == ([1, 1], [0, 0], [0, 1])
    assert found["systems"] == {"rivers": {"yes": [1, 1], "partly": [0, 0], "no": [0, 1], "not_decided": 1}}
    assert coverage_of([made_up])["yes"] == [0, 0]
    assert coverage_of([made_up])["invented"] == found["systems"]
    assert [line for line in table([made_up]) if "rivers" in line] == []
    assert "| `rivers` | 1 of 1 | 0 of 0 | 1 | 0 |" in list(table([real]))
