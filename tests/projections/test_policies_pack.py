"""Policy packs as data: what the thirteen files say, when they are in force, and which files are refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from importlib import resources

import pytest
import yaml

from events.edtf import LAST_DAY, Span
from projections.policies.matching import (
    responsibilities_of_post,
)
from projections.policies.pack import SHARED, PackError, load, load_all
from tests.projections.packs import (
    DAY,
    changed,
    packs,
    subject,
)

ROWS = {
    "central-2016": 27,
    "shanxi": 60,
    "gansu": 60,
    "wuyi": 55,
    "henan": 34,
    "mee-2017": 14,
    "majiang": 10,
    "guapai-2020": 13,
    "yichun": 9,
    "longli": 2,
    "fenggang": 2,
    "zhenfeng": 1,
    "zhongshan": 0,
}


def test_every_row_is_there() -> None:
    """Each pack has as many roles as its system has rows."""
    assert {system: len(pack.roles) for system, pack in load_all().items() if system in ROWS} == ROWS


def test_rules_are_those_of_their_system() -> None:
    """Every role cites a rule, an article and a quote, and a draft's roles are all of force draft."""
    for pack in load_all().values():
        slug = {"shanxi": "shanxi-2016", "gansu": "gansu-2017"}.get(pack.system, pack.system.split("-")[0])
        assert all(role.rule.startswith(slug) and role.article and role.quote for role in pack.roles)
        assert {role.force == "draft" for role in pack.roles} <= {pack.instrument.status == "draft"}


def test_files_are_canonical_about_types() -> None:
    """No file holds a float or an unquoted day: only text, lists, mappings, null, and counts and flags of rules."""

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
            document = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
            counting = {name: document.pop(name) for name in ("rules", "functions") if name in document}
            if file.name == SHARED:
                counting, document = document, {}
            counting["invented"] = document.get("instrument", {}).pop("invented", False)
            assert {type(leaf) for leaf in leaves(document)} <= {str, type(None)}
            assert {type(leaf) for leaf in leaves(counting)} <= {str, type(None), int, bool}


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


def test_digest_is_of_the_content() -> None:
    """The digest ignores layout, key order and the quoting of dates, and changes with any value."""
    document = yaml.safe_load(changed("instrument.printed", "2017-05-01"))
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    digest = load(text).digest
    assert len(digest) == 64
    assert load("# a comment\n" + yaml.safe_dump(document, sort_keys=True, default_flow_style=True)).digest == digest
    assert load(text.replace("'2017-05-01'", "2017-05-01")).digest == digest
    assert load(text.replace("'2017-05-01'", "2017-05-02")).digest != digest
    silent = {"id": "rivers-art9", "article": "第九条", "quote": "重视", "source": "x.txt", "checkable": "no"}
    assert (
        load(changed("not_decided", [{**silent, "reason": "Care leaves no event."}])).digest != load(changed()).digest
    )
    assert len({pack.digest for pack in packs()}) == len(packs())


def test_parts_may_be_shared_within_a_file() -> None:
    """An alias is as if what it stands for were written out; a merge key is refused, on its line."""
    text = yaml.safe_dump(yaml.safe_load(changed()), allow_unicode=True)
    shared = text.replace("issuer: 某省", "issuer: &who 某省", 1).replace("- 浙江省", "- *who", 1)
    assert load(shared).digest == load(text.replace("- 浙江省", "- 某省", 1)).digest
    merged = text.replace("instrument:", "instrument:\n  <<: {printed: 2017-05-01}", 1)
    with pytest.raises(PackError, match="merge key") as refused:
        load(merged)
    assert refused.value.line == next(n for n, line in enumerate(merged.splitlines(), 1) if "<<" in line)


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
