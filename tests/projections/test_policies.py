"""Policy packs: what the seven files say, when they are in force, and whom they match."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from importlib import resources
from typing import Any

import pytest
import yaml

from events.edtf import LAST_DAY, Span
from projections.policies.matching import (
    Responsibility,
    Subject,
    applies,
    named_at,
    policies_of,
    responsibilities_of_body,
    responsibilities_of_post,
    unnamed_at,
)
from projections.policies.pack import Pack, PackError, load, load_all

ROWS = {"central-2016": 27, "shanxi": 60, "gansu": 60, "wuyi": 55, "henan": 34, "mee-2017": 14, "majiang": 10}
PRINCIPALS = ("party-principal", "government-principal")
DEPUTIES = ("deputy-party-secretary", "deputy-in-charge")
DAY = date(2018, 3, 5)
SHANXI = frozenset({"140000", "140900", "140925"})
GANSU = frozenset({"620000", "621200", "621227"})
HENAN = frozenset({"410000", "411500", "411524"})
WUYI = frozenset({"130000", "131100", "131122"})
WEICHANG = frozenset({"130000", "130800", "130828"})
MAJIANG = frozenset({"520000", "522600", "522635"})

MINIMAL: dict[str, Any] = {
    "system": "rivers",
    "instrument": {
        "title": "河长制办法",
        "number": None,
        "issuer": "某省",
        "status": "in-force",
        "printed": None,
        "effective_from": "2017",
        "effective_until": "2019-03",
        "not_before": None,
        "in_force_by": None,
        "note": None,
    },
    "place": {"codes": ["330000"], "names": ["浙江省"], "reading": None},
    "titles": {"river-chief": [".*(?<!副)河长"]},
    "roles": [
        {
            "role": "河长",
            "role_en": "river chief",
            "level": "county",
            "bearer": "post",
            "functions": ["river-chief"],
            "post_holders": "县级河长",
            "kind": "principal",
            "scope": "rivers of the county",
            "rule": "rivers-art1",
            "article": "第一条",
            "force": "binding",
            "reading": None,
            "quote": "县级河长负责",
        }
    ],
    "unnamed": [{"role": "河长", "kind": "principal", "levels": ["village"], "reading": "Not named there."}],
}


def changed(path: str = "", value: Any = None, *, drop: bool = False) -> str:
    """The minimal pack as YAML, with one value at a dotted path set or dropped."""
    document = yaml.safe_load(yaml.safe_dump(MINIMAL))
    at: Any = document
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in parents:
        at = at[part]
    if drop:
        del at[last]
    elif path:
        at[last] = value
    return yaml.safe_dump(document, allow_unicode=True)


def packs() -> list[Pack]:
    """All packs, last system first: no answer may rest on the order they come in."""
    return list(reversed(load_all().values()))


def subject(
    level: str | None, functions: Iterable[str] = (), title: str | None = None, codes: frozenset[str] = SHANXI
) -> Subject:
    """A post or body that hangs on a jurisdiction itself."""
    return Subject(level, tuple(functions), title, codes, in_body=False)


def in_body(
    level: str | None, functions: Iterable[str] = (), title: str | None = None, codes: frozenset[str] = SHANXI
) -> Subject:
    """A body, or a post of one."""
    return Subject(level, tuple(functions), title, codes, in_body=True)


def roles(found: Iterable[Responsibility], system: str) -> set[str]:
    """The role words of one system in an answer."""
    return {each["role"] for each in found if each["system"] == system}


def by_title(title: str, level: str, codes: frozenset[str], on: date = DAY) -> list[Responsibility]:
    """What a post without functions bears by its title alone."""
    return responsibilities_of_post(packs(), subject(level, title=title, codes=codes), on)


def test_every_row_is_there() -> None:
    """Each pack has as many roles as its system has rows."""
    assert {system: len(load_all()[system].roles) for system in ROWS} == ROWS


def test_rules_are_those_of_their_system() -> None:
    """Every role cites a rule, an article and a quote, and a draft's roles are all of force draft."""
    for pack in load_all().values():
        slug = {"shanxi": "shanxi-2016", "gansu": "gansu-2017"}.get(pack.system, pack.system.split("-")[0])
        assert all(role.rule.startswith(slug) and role.article and role.quote for role in pack.roles)
        assert (pack.instrument.status == "draft") == all(role.force == "draft" for role in pack.roles)


def test_files_are_canonical_about_types() -> None:
    """No file holds a float or an unquoted number: only text, lists, mappings and null."""

    def leaves(value: object) -> Iterable[object]:
        if isinstance(value, dict):
            for each in value.values():
                yield from leaves(each)
        elif isinstance(value, list):
            for each in value:
                yield from leaves(each)
        else:
            yield value

    for file in resources.files("projections.policies").iterdir():
        if file.name.endswith(".yaml"):
            document = yaml.safe_load(file.read_text(encoding="utf-8"))
            assert {type(leaf) for leaf in leaves(document)} <= {str, type(None)}


@pytest.mark.parametrize(
    ("system", "on", "expected"),
    [
        ("central-2016", "2016-10-10", "no"),
        ("central-2016", "2016-10-11", "yes"),
        ("gansu", "2017-03-08", "no"),
        ("gansu", "2017-03-09", "yes"),
        ("shanxi", "2016-10-16", "no"),
        ("shanxi", "2016-10-17", "unknown"),
        ("shanxi", "2018-03-05", "unknown"),
        ("henan", "2012-01-01", "unknown"),
        ("henan", "2017-07-08", "unknown"),
        ("henan", "2017-07-09", "yes"),
        ("mee-2017", "2016-12-31", "no"),
        ("mee-2017", "2017-11-14", "unknown"),
        ("mee-2017", "2017-11-15", "yes"),
        ("mee-2017", "2018-12-31", "yes"),
        ("mee-2017", "2019-01-01", "no"),
        ("wuyi", "2010-01-01", "unknown"),
        ("wuyi", "2020-01-01", "unknown"),
        ("majiang", "2015-12-31", "no"),
        ("majiang", "2016-01-01", "unknown"),
        ("majiang", "2016-12-30", "unknown"),
        ("majiang", "2016-12-31", "yes"),
    ],
)
def test_in_force_at_the_edges(system: str, on: str, expected: str) -> None:
    """Each pack is in force, not in force or unknown on the days beside its edges."""
    assert load_all()[system].in_force(date.fromisoformat(on)) == expected


def test_start_and_end_are_spans() -> None:
    """A year of start and a month of end give spans, and every day is judged by them."""
    pack = load(changed())
    assert pack.start == Span(date(2017, 1, 1), date(2017, 12, 31))
    assert pack.end == Span(date(2019, 3, 1), date(2019, 3, 31))
    day = date(2016, 12, 31)
    answers: list[str] = []
    while day <= date(2019, 4, 1):
        if not answers or answers[-1] != pack.in_force(day):
            answers.append(pack.in_force(day))
        day += timedelta(days=1)
    assert answers == ["no", "unknown", "yes", "unknown", "no"]
    assert load_all()["gansu"].end == Span(LAST_DAY, LAST_DAY)


def test_evidence_narrows_a_stated_start() -> None:
    """`in_force_by` and `not_before` narrow the span that an inexact start leaves."""
    document = yaml.safe_load(changed("instrument.in_force_by", {"day": "2017-06-30", "source": "报道"}))
    document["instrument"]["not_before"] = {"day": "2017-02-01", "source": "印发依据"}
    assert load(yaml.safe_dump(document)).start == Span(date(2017, 2, 1), date(2017, 6, 30))


def test_a_draft_is_never_known_to_be_in_force() -> None:
    """The dates of a draft are proposals: it is unknown on every day, whatever it says."""
    draft = load(changed("instrument.status", "draft"))
    assert {draft.in_force(day) for day in (date(2000, 1, 1), date(2018, 1, 1), date(2020, 1, 1))} == {"unknown"}


def test_d10_overall_responsibility_resolves_by_system_and_level() -> None:
    """总责 is the province's in the central, Shanxi, Gansu and Henan texts, the group head's in a Henan village."""
    for system, codes in (("shanxi", SHANXI), ("gansu", GANSU), ("henan", HENAN)):
        province = in_body("province", ["party-committee"], codes=codes)
        found = responsibilities_of_body(packs(), province, DAY)
        assert {each["system"] for each in found if each["role"] == "总责"} == {"central-2016", system}
        assert {each["kind"] for each in found if each["role"] == "总责"} == {"overall"}
    head = responsibilities_of_post(packs(), subject("village", ["village-group-leader"], codes=HENAN), DAY)
    assert [(each["role"], each["kind"]) for each in head] == [("总责", "group-overall")]


@pytest.mark.parametrize(
    ("system", "codes", "levels"),
    [
        ("central-2016", SHANXI, {"county"}),
        ("shanxi", SHANXI, {"county", "township"}),
        ("gansu", GANSU, {"county"}),
        ("henan", HENAN, {"province", "city", "county"}),
        ("wuyi", WUYI, {"county", "township"}),
    ],
)
def test_d11_first_responsible_by_level(system: str, codes: frozenset[str], levels: set[str]) -> None:
    """第一责任人 is borne by both principals at the levels each text names and unnamed at each other level."""
    for level in ("province", "city", "county", "township", "village"):
        for function in PRINCIPALS:
            found = responsibilities_of_post(packs(), subject(level, [function], codes=codes), DAY)
            assert ("第一责任人" in roles(found, system)) == (level in levels)
        silences = {(each["system"], each["role"]) for each in unnamed_at(packs(), level, codes, DAY)}
        outside = system == "wuyi" and level in {"province", "city"}
        assert ((system, "第一责任人") in silences) == (level not in levels and not outside)


def test_d11_the_ministry_names_heads_of_units() -> None:
    """The ministry's plan makes heads of its units first-responsible, and no post of the counties."""
    head = in_body(None, ["assisting-unit-head"], codes=WEICHANG)
    assert "扶贫第一责任人" in roles(responsibilities_of_post(packs(), head, DAY), "mee-2017")
    county = subject("county", PRINCIPALS, codes=WEICHANG)
    assert not roles(responsibilities_of_post(packs(), county, DAY), "mee-2017")


def test_d12_direct_responsibility_is_four_things() -> None:
    """直接责任 is the deputies' in Henan, data in Shanxi villages, the bodies' in Gansu counties; else unnamed."""
    for level in ("city", "county"):
        for function in DEPUTIES:
            found = responsibilities_of_post(packs(), subject(level, [function], codes=HENAN), DAY)
            assert "直接责任人" in roles(found, "henan")
    province = responsibilities_of_post(packs(), subject("province", DEPUTIES, codes=HENAN), DAY)
    assert "直接责任人" not in roles(province, "henan")
    village = responsibilities_of_body(packs(), in_body("village", ["village-committee"]), DAY)
    assert ("直接责任", "data") in {(each["role"], each["kind"]) for each in village}
    county = responsibilities_of_body(packs(), in_body("county", ["government"], codes=GANSU), DAY)
    assert ("直接责任", "direct") in {(each["role"], each["kind"]) for each in county}
    for level in ("province", "city", "county", "township", "village"):
        silences = {(each["system"], each["role"]) for each in unnamed_at(packs(), level, SHANXI, DAY)}
        assert ("shanxi", "直接责任人") in silences
        henan = {(each["system"], each["role"]) for each in unnamed_at(packs(), level, HENAN, DAY)}
        assert (("henan", "直接责任人") in henan) == (level not in {"city", "county"})


def test_d13_foremost_responsibility_by_instrument() -> None:
    """首要责任 is the county government's alone in the central and Shanxi texts, both bodies' in Gansu and Wuyi."""

    def bearers(function: str, codes: frozenset[str]) -> set[str]:
        found = responsibilities_of_body(packs(), in_body("county", [function], codes=codes), DAY)
        return {each["system"] for each in found if each["role"] == "首要责任"}

    assert bearers("government", SHANXI) == {"central-2016", "shanxi"}
    assert bearers("party-committee", SHANXI) == set()
    assert bearers("party-committee", GANSU) == {"gansu"}
    assert bearers("party-committee", WUYI) == {"wuyi"}


def test_d14_the_city_has_what_its_own_text_gives() -> None:
    """主体责任 is the city's in Shanxi and Henan, unnamed there in the central and Gansu texts."""

    def of_city(codes: frozenset[str]) -> list[Responsibility]:
        return responsibilities_of_body(packs(), in_body("city", ["party-committee"], codes=codes), DAY)

    assert {each["system"] for each in of_city(SHANXI) if each["role"] == "主体责任"} == {"shanxi"}
    assert {each["system"] for each in of_city(HENAN) if each["role"] == "主体责任"} == {"henan"}
    assert {"全面领导责任", "审核把关责任"} <= roles(of_city(GANSU), "gansu")
    assert "主体责任" not in roles(of_city(GANSU), "gansu") | roles(of_city(GANSU), "central-2016")
    silences = {each["system"] for each in unnamed_at(packs(), "city", GANSU, DAY) if each["role"] == "主体责任"}
    assert silences == {"central-2016", "gansu"}


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("县委书记", "county"),
        ("中共宁武县委书记", "county"),
        ("中共宁武县委员会书记", "county"),
        ("区委书记", "county"),
        ("团风县委书记", "county"),
        ("县长", "county"),
        ("代县长", "county"),
        ("宁武县人民政府县长", "county"),
        ("县委副书记、县长", "county"),
        ("矿区区长", "county"),
        ("东马坊乡党委书记", "township"),
        ("街道党工委书记", "township"),
        ("镇长", "township"),
        ("乡镇长", "township"),
        ("街道办事处主任", "township"),
    ],
)
def test_titles_of_principals(title: str, level: str) -> None:
    """A principal's title without functions is recognised, and the answer says by title."""
    found = [each for each in by_title(title, level, SHANXI) if each["role"] == "第一责任人"]
    assert {each["matched_by"] for each in found} == {"title"}


@pytest.mark.parametrize(
    "title",
    [
        "县委副书记",
        "县委专职副书记",
        "副县长",
        "常务副县长",
        "副区长",
        "副镇长",
        "副乡镇长",
        "镇党委副书记",
        "县纪委书记",
        "县委政法委书记",
        "县政法委员会书记",
        "团县委书记",
        "共青团宁武县委书记",
        "县人武部党委第一书记",
        "县政府秘书长",
        "县长助理",
        "县教育局局长",
        "县教育局党委书记",
        "社区党委书记",
        "片区长",
        "县级河长",
        "政协主席",
        "街道办事处副主任",
        "县委书记秘书",
    ],
)
def test_titles_of_others_are_not_principals(title: str) -> None:
    """A deputy, an assistant or the secretary of another organ is nobody's first-responsible person."""
    for level in ("county", "township"):
        assert not [each for each in by_title(title, level, SHANXI) if each["kind"] == "first"]


def test_titles_of_villages_and_deputies() -> None:
    """First secretaries and village secretaries are told by title, deputies in charge only where it says 分管."""
    assert "主要责任" in roles(by_title("驻村第一书记", "village", HENAN), "henan")
    assert "主要责任" in roles(by_title("张庄村党支部书记", "village", HENAN), "henan")
    assert "主要责任" not in roles(by_title("张庄村党支部副书记", "village", HENAN), "henan")
    assert "直接责任人" in roles(by_title("分管扶贫的副县长", "county", HENAN), "henan")
    assert "直接责任人" in roles(by_title("副县长(分管脱贫攻坚)", "county", HENAN), "henan")
    assert "直接责任人" in roles(by_title("县委副书记", "county", HENAN), "henan")
    for title in ("副县长", "分管教育的副县长", "县教育局分管扶贫副局长", "团县委副书记"):
        assert "直接责任人" not in roles(by_title(title, "county", HENAN), "henan")


def test_functions_win_over_titles() -> None:
    """A post that carries any function is matched by function only."""
    other = subject("county", ["other-leader"], title="县委书记")
    found = responsibilities_of_post(packs(), other, DAY)
    assert found and {each["matched_by"] for each in found} == {"function"}
    assert "第一责任人" not in {each["role"] for each in found}
    assert responsibilities_of_post(packs(), subject("county", ["unheard-of"], title="县长"), DAY) == []


def test_roles_without_a_function_are_told_by_their_own_titles() -> None:
    """A role for which no function code fits matches by its titles, and nobody by function."""
    team = in_body("village", title="光山县整顿工作队", codes=HENAN)
    assert roles(responsibilities_of_body(packs(), team, DAY), "henan") == {"整顿工作队"}
    nameless = in_body("village", codes=HENAN)
    assert responsibilities_of_body(packs(), nameless, DAY) == []


def test_a_named_department_bears_its_own_tasks_only() -> None:
    """A county bureau is not shown with the tasks of other bureaus, nor with those of provincial departments."""
    bureau = in_body("county", ["sector-department"], title="武邑县教育局", codes=WUYI)
    found = roles(responsibilities_of_body(packs(), bureau, DAY), "wuyi")
    assert "县教育局" in found and "县水务局" not in found
    county = in_body("county", ["sector-department"], title="教育局", codes=GANSU)
    rules = {each["rule"] for each in responsibilities_of_body(packs(), county, DAY)}
    assert rules == {"gansu-2017-art10-c"}


def test_a_role_of_one_county_stays_there() -> None:
    """What is reported of Lankao alone is not shown of another county of Henan."""
    lankao = frozenset({"410000", "410200", "410225"})
    for codes, expected in ((lankao, True), (HENAN, False)):
        found = responsibilities_of_post(packs(), subject("county", ["party-principal"], codes=codes), DAY)
        assert ("分包乡(镇)" in roles(found, "henan")) == expected
        named = {each["role"] for each in named_at(packs(), "county", codes, DAY)}
        assert ("分包乡(镇)" in named) == expected


def test_units_and_persons_match_at_any_level() -> None:
    """Roles of units need a body, roles of persons match wherever the post hangs, those of the centre nowhere."""
    assert "帮扶责任人" in roles(responsibilities_of_post(packs(), subject(None, ["helper"]), DAY), "shanxi")
    head = responsibilities_of_post(packs(), in_body("city", ["assisting-unit-head"]), DAY)
    assert "领导负总责" in roles(head, "shanxi")
    assert responsibilities_of_post(packs(), subject("city", ["assisting-unit-head"]), DAY) == []
    centre = responsibilities_of_body(packs(), in_body("centre", ["leading-group", "audit-office"]), DAY)
    assert centre == []


def test_an_assisting_units_party_committee_is_not_every_party_committee() -> None:
    """The county Party committee does not bear the assistance that the text lays on an assisting unit's."""
    county = responsibilities_of_body(packs(), in_body("county", ["party-committee"]), DAY)
    assert "shanxi-2016-art45-k" not in {each["rule"] for each in county}
    unit = responsibilities_of_body(packs(), in_body("county", ["assisting-unit"]), DAY)
    assert "shanxi-2016-art45-k" in {each["rule"] for each in unit}


def test_posts_and_bodies_are_apart() -> None:
    """A body never bears a post's role, nor a post a body's."""
    for pack in packs():
        for role in pack.roles:
            who = in_body(role.level, role.functions, codes=SHANXI | GANSU | HENAN | WUYI | WEICHANG | MAJIANG)
            wrong = responsibilities_of_body if role.bearer == "post" else responsibilities_of_post
            keys = {(each["rule"], each["role"], each["kind"]) for each in wrong(packs(), who, DAY)}
            twins = {(r.rule, r.role, r.kind) for r in pack.roles if r.bearer != role.bearer}
            assert (role.rule, role.role, role.kind) not in keys - twins


def test_places() -> None:
    """A pack applies in its subtree, whatever the form of the code, and the central one everywhere."""
    shanxi = load_all()["shanxi"]
    assert applies(shanxi, SHANXI) and applies(shanxi, frozenset({"140000000000"}))
    for codes in (GANSU, frozenset({"140925"}), frozenset[str]()):
        assert not applies(shanxi, codes)
    assert applies(load_all()["central-2016"], frozenset())
    township = frozenset({"131122100"})
    assert applies(load_all()["wuyi"], WUYI | township) and not applies(load_all()["wuyi"], township)


def test_policies_of_a_place() -> None:
    """Every pack that applies is listed with its digest, also one that is not in force, in order of system."""
    listed = policies_of(packs(), GANSU, date(2016, 12, 1))
    assert [(each["system"], each["in_force"]) for each in listed] == [("central-2016", "yes"), ("gansu", "no")]
    assert listed[1]["digest"] == load_all()["gansu"].digest
    assert policies_of(packs(), WUYI, DAY)[1]["status"] == "draft"


def test_nothing_of_a_pack_not_in_force() -> None:
    """Before the first possible day a pack lays nothing on anybody, names nobody and is silent about nobody."""
    before = date(2016, 10, 10)
    assert responsibilities_of_post(packs(), subject("county", PRINCIPALS), before) == []
    assert named_at(packs(), "county", SHANXI, before) == []
    assert unnamed_at(packs(), "city", SHANXI, before) == []


def test_unknown_force_is_shown() -> None:
    """What an instrument of unknown or draft standing lays on a post is shown as such."""
    found = responsibilities_of_post(packs(), subject("county", ["party-principal"], codes=WUYI), DAY)
    assert {(each["in_force"], each["force"]) for each in found if each["system"] == "wuyi"} == {("unknown", "draft")}
    shanxi = responsibilities_of_post(packs(), subject("county", ["party-principal"]), DAY)
    assert {each["in_force"] for each in shanxi if each["system"] == "shanxi"} == {"unknown"}


def test_named_at_lists_what_may_be_unregistered() -> None:
    """Every role of the level is listed with its functions, whether or not anybody is on record."""
    named = named_at(packs(), "village", HENAN, DAY)
    assert ("主要责任", "post", ["first-secretary", "village-party-secretary"]) in [
        (each["role"], each["bearer"], each["functions"]) for each in named
    ]
    assert all(each["functions"] for each in named) and {each["system"] for each in named} == {"henan"}


def test_the_shape_of_an_answer() -> None:
    """The central text's county role is given as the public surface shows it."""
    found = responsibilities_of_post(packs(), subject("county", ["party-principal"], codes=GANSU), DAY)
    first = next(each for each in found if each["role"] == "第一责任人")
    assert first == {
        "role": "第一责任人",
        "kind": "first",
        "scope": "poverty alleviation of the county (not said in the clause)",
        "system": "central-2016",
        "rule": "central-2016-art14-c",
        "article": "第十四条",
        "matched_by": "function",
        "force": "binding",
        "quote": "县级党委和政府主要负责人是第一责任人",
        "in_force": "yes",
        "reading": "主要负责人 is read as Party secretary and county head; of what they are first-responsible is read "
        "from the clauses before.",
    }
    assert [each["system"] for each in found] == sorted(each["system"] for each in found)


def test_digest_is_of_the_content() -> None:
    """The digest ignores layout, key order and the quoting of dates, and changes with any value."""
    document = yaml.safe_load(changed("instrument.printed", "2017-05-01"))
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    digest = load(text).digest
    assert len(digest) == 64
    assert load("# a comment\n" + yaml.safe_dump(document, sort_keys=True, default_flow_style=True)).digest == digest
    assert load(text.replace("'2017-05-01'", "2017-05-01")).digest == digest
    assert load(text.replace("'2017-05-01'", "2017-05-02")).digest != digest
    assert load(changed("rules", [{"id": "rivers-art1"}])).digest != load(changed()).digest
    assert len({pack.digest for pack in packs()}) == len(packs())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (changed("colour", "blue"), "pack rivers: colour"),
        (changed("instrument.colour", "blue"), "pack rivers: instrument.colour"),
        (changed("place", drop=True), "pack rivers: place"),
        (changed("instrument.number", drop=True), "pack rivers: instrument.number"),
        (changed("instrument.effective_from", "2017-13"), "pack rivers: instrument.effective_from"),
        (changed("instrument.effective_from", 2017), "pack rivers: instrument.effective_from"),
        (changed("instrument.effective_from", "2020"), "pack rivers: instrument.effective_from"),
        (changed("instrument.in_force_by", {"day": "2017-05", "source": "x"}), "rivers: instrument.in_force_by.day"),
        (changed("instrument.in_force_by", {"day": "2016-12-31", "source": "x"}), "should leave a possible day"),
        (changed("instrument.status", "lapsed"), "pack rivers: instrument.status.*'in-force'"),
        (changed("place.codes", ["33"]), r"pack rivers: place.codes.*\[0-9\]\{6\}"),
        (changed("place.codes", [330000]), "pack rivers: place.codes"),
        (changed("roles.0.level", "hamlet"), "pack rivers: roles.0.level.*'township'"),
        (changed("roles.0.bearer", "person"), "pack rivers: roles.0.bearer"),
        (changed("roles.0.quote", ""), "pack rivers: roles.0.quote"),
        (changed("unnamed.0.levels", ["hamlet"]), "pack rivers: unnamed.0.levels.0"),
        (changed("unnamed.0.levels", ["county"]), "pack rivers: unnamed.河长"),
        (changed("titles", {"river-chief": ["("]}), "pack rivers: titles.river-chief.0.*regular expression"),
        (changed("titles", {"lake-chief": ["湖长"]}), "pack rivers: titles.lake-chief"),
        (changed() + "system: rivers\n", "system twice"),
        (changed("titles", {1: ["x"]}), "pack rivers: file"),
        ("[", "pack without a name: file"),
        ("3", "pack without a name: file"),
        ("", "pack without a name: file"),
    ],
)
def test_bad_packs_are_named(text: str, message: str) -> None:
    """A pack that cannot be read fails with its name, the key and what was expected."""
    with pytest.raises(PackError, match=message):
        load(text)


def test_another_campaign_is_only_another_file() -> None:
    """A pack of another campaign works without code, and the code mentions none."""
    rivers = load(changed())
    codes = frozenset({"330000", "330100", "330122"})
    chief = subject("county", ["river-chief"], codes=codes)
    assert [each["role"] for each in responsibilities_of_post([rivers], chief, DAY)] == ["河长"]
    deputy = subject("county", title="副河长", codes=codes)
    assert responsibilities_of_post([rivers], deputy, DAY) == []
    for name in ("pack.py", "matching.py"):
        code = resources.files("projections.policies").joinpath(name).read_text(encoding="utf-8").lower()
        assert not [word for word in ("扶贫", "脱贫", "poverty", "alleviation") if word in code]
