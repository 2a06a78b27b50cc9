"""Policy packs at work: whom they match at which level, by function or by title, and whom they name."""

from __future__ import annotations

from datetime import date

import pytest

from projections.policies.matching import (
    Responsibility,
    applies,
    named_at,
    policies_of,
    responsibilities_of_body,
    responsibilities_of_post,
    unnamed_at,
)
from projections.policies.pack import load_all
from tests.projections.packs import (
    DAY,
    DEPUTIES,
    GANSU,
    HENAN,
    MAJIANG,
    PRINCIPALS,
    SHANXI,
    WEICHANG,
    WUYI,
    by_title,
    in_body,
    packs,
    roles,
    subject,
)


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
    assert found
    assert {each["matched_by"] for each in found} == {"function"}
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
    assert "县教育局" in found
    assert "县水务局" not in found
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
    assert applies(shanxi, SHANXI)
    assert applies(shanxi, frozenset({"140000000000"}))
    for codes in (GANSU, frozenset({"140925"}), frozenset[str]()):
        assert not applies(shanxi, codes)
    assert applies(load_all()["central-2016"], frozenset())
    township = frozenset({"131122100"})
    assert applies(load_all()["wuyi"], WUYI | township)
    assert not applies(load_all()["wuyi"], township)


def test_policies_of_a_place() -> None:
    """Every pack that applies is listed with its digest, also one that is not in force, in order of system."""
    listed = policies_of(packs(), GANSU, date(2016, 12, 1))
    assert [(each["system"], each["in_force"]) for each in listed] == [
        ("central-2016", "yes"),
        ("gansu", "no"),
        ("guapai-2020", "no"),
    ]
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
    assert all(each["functions"] for each in named)
    assert {each["system"] for each in named} == {"henan"}


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
