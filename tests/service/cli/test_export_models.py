"""`zeren export` as Popolo and as PROV: what a reader of these models is told of a log."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from prov.model import (
    ProvActivity,
    ProvAgent,
    ProvAlternate,
    ProvAssociation,
    ProvAttribution,
    ProvBundle,
    ProvDelegation,
    ProvDerivation,
    ProvDocument,
    ProvGeneration,
    ProvInvalidation,
    ProvUsage,
)

from service.exports import sections
from tests.events.signers import Signer, enveloped
from tests.service.cli.test_lines import written
from tests.service.servers import Commands
from tests.service.test_walk import TREE, event

LOG = "cn-62"
DATE = re.compile(r"\d{4}(-\d\d){0,2}")

MORE = [
    event("7", "jurisdiction.renamed", jurisdiction_id="c", old_name_zh="宕昌县", new_name_zh="宕昌市",
          new_code="621283", effective_from="2018-06-01"),
    event("8", "body.established", body_id="b", name_zh="扶贫办", body_type="office", jurisdiction_id="c",
          effective_from="2015-03-01"),
    event("9", "post.established", post_id="d", title_zh="扶贫办主任", body_id="b", seats=2),
    event("10", "person.registered", person_id="y", name_zh="示例乙", aliases=["乙"], born="1970-05"),
    event("11", "person.registered", person_id="z", name_zh="示例二", unit="某校"),
    event("12", "person.merged", person_id="z", into_person_id="y"),
    event("13", "appointment.started", appointment_id="e", person_id="z", post_id="d", held_by="2017-01-01",
          capacity="acting", sending_unit_id="b"),
    event("14", "appointment.ended", appointment_id="e", effective_until="2018-03", reason="transfer"),
    event("15", "person.registered", person_id="gone", name_zh="误报"),
    event("16", "record.annulled", annuls_event_id="15", reason="误报"),
    event("17", "record.corrected", corrects_event_id="5", reason="误写",
          corrected_payload={"appointment_id": "a", "person_id": "x", "post_id": "s", "effective_from": "2016-09"}),
    event("18", "finding.raised", finding_id="f", subject_id="c", jurisdiction_id="c", raised_on="2018-04-01"),
    event("19", "visit.made", visit_id="v", visitor=[{"person_id": "x", "post_id": "s"}], place_id="c",
          started_on="2018-05-02", nights=1),
]  # fmt: skip


@pytest.fixture
def recorded(commands: Commands, tmp_path: Path) -> Commands:
    """Commands over a log of a county: its people, a merge, a correction, an annulment."""
    commands.run("import", written(tmp_path / f"{LOG}.ndjson", *TREE, *MORE))
    return commands


def popolo(commands: Commands, *options: str) -> dict[str, Any]:
    """The export as Popolo, its lists by id."""
    told = json.loads(commands.run("export", LOG, "--format", "popolo", *options).stdout)
    return {name: {one["id"]: one for one in found} if name != "meta" else found for name, found in told.items()}


def prov(commands: Commands, *options: str) -> ProvDocument:
    """The export as PROV, as a library of others reads it."""
    return ProvDocument.deserialize(
        content=commands.run("export", LOG, "--format", "prov", *options).stdout, format="json"
    )


def related(bundle: ProvBundle, relation: type[Any]) -> set[tuple[str, ...]]:
    """What the relations of a type relate: the qualified names of their formal attributes that are given."""
    return {
        tuple(str(value) for _, value in one.formal_attributes if value is not None)
        for one in bundle.get_records(relation)
    }


def stated(document: ProvDocument, position: int) -> ProvBundle:
    """What the entry at a position states."""
    (found,) = [one for one in document.bundles if str(one.identifier) == f"entry:{position}"]
    return found


def activity(document: ProvDocument, position: int) -> ProvActivity:
    """The activity of the fact at a position, which stands as it was sent."""
    (found,) = stated(document, position).get_record(f"activity:{position}")
    assert isinstance(found, ProvActivity)
    return found


def test_popolo_holds_who_held_what(recorded: Commands) -> None:
    """Memberships with the person who stays after a merge, the office and its body, and the days as stated."""
    told = popolo(recorded)
    assert {name: sorted(found) for name, found in told.items() if name != "meta"} == {
        "persons": ["x", "y"],
        "organizations": ["b"],
        "areas": ["c", "p"],
        "posts": ["d", "s"],
        "memberships": ["a", "e"],
    }
    assert told["persons"]["y"] == {
        "id": "y",
        "name": "示例乙",
        "other_names": [{"name": "乙"}, {"name": "示例二"}],
        "identifiers": [{"identifier": "z", "scheme": "urn:zeren:id:zeren.example/cn-62:"}],
        "birth_date": "1970-05",
        "extra": {"unit": "某校"},
        "sources": [
            {"url": f"urn:zeren:entry:zeren.example/cn-62:{position}", "note": kind}
            for position, kind in ((9, "person.registered"), (10, "person.registered"), (11, "person.merged"))
        ],
    }
    membership = told["memberships"]["e"]
    del membership["sources"]
    assert membership == {
        "id": "e",
        "role": "扶贫办主任",
        "person_id": "y",
        "organization_id": "b",
        "post_id": "d",
        "on_behalf_of_id": "b",
        "area_id": "c",
        "end_date": "2018-03",
        "extra": {"capacity": "acting", "held_by": "2017-01-01", "reason": "transfer"},
    }
    assert told["posts"]["d"]["organization_id"] == "b"
    assert told["organizations"]["b"] | {"sources": None} == {
        "id": "b", "name": "扶贫办", "classification": "office", "area_id": "c", "founding_date": "2015-03-01",
        "sources": None,
    }  # fmt: skip


def test_popolo_tells_what_stands(recorded: Commands) -> None:
    """A corrected start; with --known-at that of before, and whom an annulment took away later."""
    assert popolo(recorded)["memberships"]["a"]["start_date"] == "2016-09"
    before = popolo(recorded, "--known-at", "@15")
    assert before["memberships"]["a"]["start_date"] == "2016-08"
    assert "gone" in before["persons"]
    assert before["meta"]["known_at"] == "@15"


@pytest.mark.parametrize(
    ("day", "name", "code"), [("2018-05-31", "宕昌县", "621223"), ("2018-06-01", "宕昌市", "621283")]
)
def test_areas_are_those_of_a_day(recorded: Commands, day: str, name: str, code: str) -> None:
    """Popolo's areas have no history: ours is beside, and the rest is as on the day asked about."""
    area = popolo(recorded, "--valid-at", day)["areas"]["c"]
    assert (area["name"], area["identifier"], area["classification"], area["parent_id"]) == (name, code, "county", "p")
    assert area["extra"]["history"] == [
        {"name": "宕昌县", "identifier": "621223", "parent_id": "p", "end_date": "2018-06-01"},
        {"name": "宕昌市", "identifier": "621283", "parent_id": "p", "start_date": "2018-06-01"},
    ]


def test_every_property_is_one_of_popolo(recorded: Commands) -> None:
    """Ours are in `extra`; dates have the form that its schemas ask for."""
    known = {
        "persons": {"id", "name", "other_names", "identifiers", "birth_date"},
        "organizations": {"id", "name", "classification", "parent_id", "area_id", "founding_date", "dissolution_date"},
        "areas": {"id", "name", "identifier", "classification", "parent_id"},
        "posts": {"id", "label", "organization_id", "area_id", "start_date", "end_date"},
        "memberships": {
            "id", "role", "person_id", "organization_id", "post_id", "on_behalf_of_id", "area_id", "start_date",
            "end_date",
        },
    }  # fmt: skip
    told = popolo(recorded)
    for name, properties in known.items():
        for one in told[name].values():
            assert one.keys() <= properties | {"extra", "sources"}
            assert all(DATE.fullmatch(value) for key, value in one.items() if key.endswith("_date"))


def test_prov_tells_who_recorded_what_and_when(recorded: Commands) -> None:
    """Every entry is attributed to its source; corrections revise, annulments invalidate; what stands speaks."""
    document = prov(recorded)
    size = len(TREE) + len(MORE)
    attributed = related(document, ProvAttribution)
    assert attributed == {(f"entry:{position}", "source:urn%3Atest") for position in range(size)}
    assert {entry for entry, *_ in related(document, ProvGeneration)} == {entry for entry, _ in attributed}
    assert related(document, ProvDerivation) == {("entry:16", "entry:4")}
    ((invalidated, _),) = related(document, ProvInvalidation)
    assert invalidated == "entry:14"
    silent = {4, 14, 15}  # what was corrected, what was annulled, and the annulment
    assert {str(one.identifier) for one in document.bundles} == {
        f"entry:{at}" for at in range(size) if at not in silent
    }
    (activity,) = [one for one in stated(document, 16).get_records() if str(one.identifier) == "activity:4"]
    assert activity.get_attribute("zeren:effective_from") == {"2016-09"}


def test_prov_tells_who_acted_on_whose_behalf(recorded: Commands) -> None:
    """In a visit the person for the office; the first event of a thing generates it, a later one uses it."""
    document = prov(recorded)
    visit = stated(document, 18)
    assert related(visit, ProvAssociation) == {("activity:18", "id:x"), ("activity:18", "id:s")}
    assert related(visit, ProvDelegation) == {("id:x", "id:s", "activity:18")}
    assert related(visit, ProvGeneration) == {("id:v", "activity:18")}
    told = activity(document, 18)
    assert [str(place) for place in told.get_attribute("prov:location")] == ["id:c"]
    assert told.get_attribute("zeren:nights") == {1}
    assert related(stated(document, 13), ProvUsage) == {("activity:13", "id:e")}
    assert related(visit, ProvUsage) == set()


def test_prov_holds_nobody_responsible_for_what_was_done_to_them(commands: Commands, tmp_path: Path) -> None:
    """Who was sanctioned, appointed or interviewed is named by the activity, and not associated with it."""
    told = [
        event("1", "sanction.imposed", sanction_id="w", subject="x", imposed_on="2018-01-02"),
        event("2", "appointment.started", appointment_id="a", person_id="x", post_id="s", held_by="2017-01-01"),
        event("3", "interview.held", interview_id="i", interviewee={"person_id": "x", "post_id": "s"}, held_by="b",
              held_on="2018-02-03"),
        event("4", "person.registered", person_id="x", name_zh="示例", born="1970"),
    ]  # fmt: skip
    commands.run("import", written(tmp_path / f"{LOG}.ndjson", *told))
    document = prov(commands)
    assert related(stated(document, 0), ProvAssociation) == set()
    assert related(stated(document, 1), ProvAssociation) == set()
    assert related(stated(document, 2), ProvAssociation) == {("activity:2", "id:b")}
    assert {name for one in document.bundles for name in related(one, ProvDelegation)} == set()
    sanctioned, appointed, interviewed, registered = (activity(document, at) for at in range(4))
    assert {str(one) for one in sanctioned.get_attribute("zeren:subject")} == {"id:x"}
    assert {str(one) for one in interviewed.get_attribute("zeren:interviewee.person_id")} == {"id:x"}
    days = [one.get_attribute("zeren:on") for one in (sanctioned, appointed, interviewed, registered)]
    assert days == [{"2018-01-02"}, set(), {"2018-02-03"}, set()]


def test_prov_knows_a_merged_person_as_one(recorded: Commands) -> None:
    """The id that was given up is another for the one that stays."""
    document = prov(recorded)
    merged = {(str(one.identifier), *pair) for one in document.bundles for pair in related(one, ProvAlternate)}
    assert merged == {("entry:11", "id:z", "id:y")}


def test_prov_generates_a_thing_once(commands: Commands, tmp_path: Path) -> None:
    """What a second event of the same kind says of it uses it."""
    visits = [event(one, "visit.made", visit_id="v", started_on=f"2018-05-0{one}") for one in "12"]
    late = event("3", "visit.made", visit_id="w", visitor=[{"person_id": "late"}], started_on="2018-05-03")
    helper = event("0", "pairing.started", pairing_id="r", helper="late", assisted="c", effective_from="2017")
    commands.run("import", written(tmp_path / f"{LOG}.ndjson", helper, *visits, late))
    document = prov(commands)
    assert [related(stated(document, at), ProvGeneration) for at in (1, 2)] == [{("id:v", "activity:1")}, set()]
    assert related(stated(document, 2), ProvUsage) == {("activity:2", "id:v")}
    (found,) = document.get_record("id:late")
    assert (type(found), str(found.get_asserted_types())) == (ProvAgent, "{<QualifiedName: prov:Person>}")


def test_prov_as_known_before(recorded: Commands) -> None:
    """What was not corrected yet speaks for itself."""
    document = prov(recorded, "--known-at", "@6")
    assert len(list(document.bundles)) == 6
    assert related(document, ProvDerivation) == set()


def test_prov_names_who_signed(commands: Commands, tmp_path: Path) -> None:
    """An entry that came in an envelope is attributed to the holder of the key that signed it, too."""
    grants = ("--role", "operator", "--role", "recorder", "--role", "auditor", "--key-kinds")
    commands.env["ZEREN_KEY"] = commands.run("keys", "add", "registrar", *grants).stdout.strip()
    signer = Signer()
    commands.run("import", written(tmp_path / f"{LOG}.ndjson", signer.registered(), enveloped(TREE[5], signer)))
    assert related(prov(commands), ProvAttribution) == {
        ("entry:0", "source:urn%3Atest"),
        ("entry:1", "source:urn%3Atest"),
        ("entry:1", "id:x"),
    }


def test_prov_names_who_held_the_key_then(commands: Commands, tmp_path: Path) -> None:
    """An id that was given to another key later says nothing of what was signed before; of two holders both signed."""
    grants = ("--role", "operator", "--role", "recorder", "--role", "auditor", "--key-kinds")
    commands.env["ZEREN_KEY"] = commands.run("keys", "add", "registrar", *grants).stdout.strip()
    first, second = Signer(), Signer()
    again = {**second.registered(person_id="y", body_id="b"), "id": "again"}
    letters = [enveloped({**TREE[5], "id": one}, signer) for one, signer in (("l1", first), ("l2", second))]
    commands.run("import", written(tmp_path / f"{LOG}.ndjson", first.registered(), letters[0], again, letters[1]))
    signed = {pair for pair in related(prov(commands), ProvAttribution) if pair[1].startswith("id:")}
    assert signed == {("entry:1", "id:x"), ("entry:3", "id:y"), ("entry:3", "id:b")}


def test_what_was_erased_says_nothing(recorded: Commands) -> None:
    """Its entry stays, with the ground; nothing of its content does."""
    recorded.json("erase", LOG, "9", "--ground", "某院决定")
    assert "示例乙" not in recorded.run("export", LOG, "--format", "popolo").stdout
    printed = recorded.run("export", LOG, "--format", "prov").stdout
    assert "示例乙" not in printed
    entry = json.loads(printed)["entity"]["entry:9"]
    assert (entry["zeren:erasedOnGroundOf"], "entry:9" in json.loads(printed)["bundle"]) == ("某院决定", False)


def test_what_was_erased_keeps_how_it_stood(commands: Commands, tmp_path: Path) -> None:
    """An annulment that was annulled invalidates nothing, with the content of the fact and without."""
    told = [
        event("1", "person.registered", person_id="x", name_zh="示例"),
        event("2", "record.annulled", annuls_event_id="1", reason="误"),
        event("3", "record.annulled", annuls_event_id="2", reason="又误"),
    ]
    commands.run("import", written(tmp_path / f"{LOG}.ndjson", *told))
    before = related(prov(commands), ProvInvalidation)
    assert {one for one, _ in before} == {"entry:1"}
    commands.json("erase", LOG, "0", "--ground", "某院决定")
    assert related(prov(commands), ProvInvalidation) == before


def test_a_body_of_a_unit_is_at_its_place(commands: Commands, tmp_path: Path) -> None:
    """And so are its posts and who holds them; an area that ended has the entry that ended it behind it."""
    told = [
        event("u1", "body.established", body_id="unit", jurisdiction_id="c"),
        event("u2", "body.established", body_id="office", unit_id="unit"),
        event("u3", "post.established", post_id="s", title_zh="主任", body_id="office"),
        event("u4", "appointment.started", appointment_id="a", person_id="x", post_id="s", effective_from="2017"),
        event("u5", "jurisdiction.restructured", predecessor_ids=["p"], successor_ids=["c"],
              effective_from="2018-01-01"),
    ]  # fmt: skip
    commands.run("import", written(tmp_path / f"{LOG}.ndjson", *TREE[:2], *told))
    found = popolo(commands)
    areas = [found["organizations"]["office"], found["posts"]["s"], found["memberships"]["a"]]
    assert [one["area_id"] for one in areas] == ["c", "c", "c"]
    assert [one["note"] for one in found["areas"]["p"]["sources"]] == [
        "jurisdiction.registered", "jurisdiction.restructured",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a.popolo.json", "a.prov.json", "a.csv", "a.ndjson"])
def test_an_export_that_fails_leaves_the_file_as_it_was(recorded: Commands, tmp_path: Path, name: str) -> None:
    """What is asked wrongly is refused before anything is written."""
    file = tmp_path / name
    file.write_text("kept")
    kind = ("--kind", "visit.made") if name.endswith("csv") else ()
    recorded.run("export", LOG, *kind, "-o", file, "--known-at", "garbage", code=2)
    assert file.read_text() == "kept"


def test_the_form_is_told_by_the_name_of_the_file(recorded: Commands, tmp_path: Path) -> None:
    """Nothing is printed but how much there is; the same as on stdout."""
    for form, said in (
        ("popolo", "2 persons, 1 organizations, 2 areas, 2 posts, 2 memberships"),
        ("prov", "19 entries"),
    ):
        file = tmp_path / f"{LOG}.{form}.json"
        result = recorded.run("export", LOG, "-o", file)
        assert (result.stdout, said in result.stderr) == ("", True)
        assert file.read_text(encoding="utf-8") == recorded.run("export", LOG, "--format", form).stdout


def test_what_does_not_fit_in_memory_is_the_same(recorded: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sections wait in files."""
    before = recorded.run("export", LOG, "--format", "prov").stdout
    monkeypatch.setattr(sections, "IN_MEMORY", 1)
    assert recorded.run("export", LOG, "--format", "prov").stdout == before


def test_an_empty_log_is_told(commands: Commands, tmp_path: Path) -> None:
    """As files of these models that say nothing."""
    commands.run("import", written(tmp_path / "cn-63.ndjson", TREE[0]))
    told = json.loads(commands.run("export", "cn-63", "--format", "popolo", "--known-at", "@0").stdout)
    assert [told[name] for name in told if name != "meta"] == [[], [], [], [], []]
    printed = commands.run("export", "cn-63", "--format", "prov", "--known-at", "@0").stdout
    assert ProvDocument.deserialize(content=printed, format="json").records == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--format", "popolo", "--kind", "visit.made"), "popolo tells a log whole"),
        (("--format", "prov", "--valid-at", "2018-01-01"), "--valid-at is of popolo"),
        (("--format", "popolo", "--valid-at", "2018-13-01"), "--valid-at 2018-13-01: a day YYYY-MM-DD"),
    ],
)
def test_what_does_not_go_together_is_said(commands: Commands, options: tuple[str, ...], said: str) -> None:
    """Before anything is read."""
    assert said in commands.run("export", LOG, *options, code=2).stderr


def test_a_key_of_some_kinds_alone_is_refused(recorded: Commands) -> None:
    """People without their appointments would be half a story; all kinds that are missing are named."""
    kinds = ("--kind", "person.registered", "--kind", "record.corrected", "--kind", "record.annulled")
    recorded.env["ZEREN_KEY"] = recorded.json("keys", "add", "narrow", "--role", "inspector", *kinds)["key"]
    said = recorded.run("export", LOG, "--format", "popolo", code=1).stderr
    assert "appointment.started" in said
    assert "person.registered" not in said
    told = recorded.run("export", LOG, "--format", "prov", code=1).stderr
    assert "kinds more, too" in told
