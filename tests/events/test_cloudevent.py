"""One CloudEvent at the door: each attribute's rule, the data against its kind, and where faults point."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from events.canonical import read_json
from events.cloudevent import (
    MAX_PAYLOAD,
    Target,
    _judged,
    _sound,
    is_json_type,
    read_event,
    schema_uri,
    without_nulls,
)
from events.item_errors import EventTooLarge, Malformed
from tests.events.conftest import _event
from tests.thorough import examples

Make = Callable[..., dict[str, Any]]


def faults(value: Any) -> list[str]:
    """The pointers of the faults of an event, sorted; none where it is sound."""
    try:
        read_event(value)
    except Malformed as error:
        return sorted(fault.pointer for fault in error.faults)
    return []


def test_a_formed(event: Make) -> None:
    """A sound event gives its identity, its kind, and its RFC 8785 form as the bytes to keep."""
    sent = event("person.registered", "e1", "urn:a")
    read = read_event(sent)
    assert (read.id, read.source, read.kind, read.kind_version) == ("e1", "urn:a", "person.registered", 1)
    assert read.kept == rfc8785.dumps(sent)
    assert (read.data, read.target) == (sent["data"], None)


@pytest.mark.parametrize("value", [None, [], "event", 1, True])
def test_an_event_is_an_object(value: Any) -> None:
    """Anything but a JSON object is one fault at the root."""
    assert faults(value) == [""]


@pytest.mark.parametrize("name", ["id", "source", "type", "data", "specversion"])
def test_required_attributes(event: Make, name: str) -> None:
    """An attribute that must be given is missed by name, absent or null."""
    sent = event("person.registered")
    assert faults({**sent, name: None}) == [f"/{name}"]
    del sent[name]
    assert faults(sent) == [f"/{name}"]


def test_all_faults_are_told_at_once() -> None:
    """An empty object lacks five attributes, and all five are named, each once."""
    assert faults({}) == ["/data", "/id", "/source", "/specversion", "/type"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", ""),
        ("id", 7),
        ("id", "a/b"),
        ("id", "x" * 121),
        ("id", "e\u0301"),
        ("source", ""),
        ("source", 5),
        ("source", "a b"),
        ("source", "a\u3000b"),
        ("source", "x" * 513),
        ("specversion", "0.3"),
        ("specversion", 1),
        ("type", "person.vanished"),
        ("type", 3),
        ("type", ["person.registered"]),
        ("type", "access.recorded"),
        ("type", "record.erased"),
        ("datacontenttype", "text/plain"),
        ("datacontenttype", "application/xml"),
        ("datacontenttype", 1),
        ("data", []),
        ("data", "text"),
        ("time", "2018-03-05"),
        ("time", "2018-03-05T09:00:00"),
        ("time", "2018-02-30T09:00:00Z"),
        ("time", 1520240400),
        ("subject", ""),
        ("subject", "x" * 513),
        ("subject", 1),
        ("dataschema", "urn:zeren:kind:person.registered:2"),
        ("dataschema", "https://example.org/schema"),
        ("dataschema", 1),
        ("enteredby", []),
        ("enteredby", {"id": "u1"}),
        ("enteredby", "\x07"),
        ("Bad", "x"),
        ("with_underscore", "x"),
        ("data_base64", "AAAA"),
        ("x" * 41, "x"),
    ],
)
def test_attributes_that_are_refused(event: Make, name: str, value: Any) -> None:
    """Each wrong attribute is one fault at its own pointer."""
    assert faults({**event("person.registered"), name: value}) == [f"/{name}"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "x" * 120),
        ("id", "\u7f16\u53f7 1"),
        ("source", "x" * 512),
        ("source", "/relative/reference?a=b#c"),
        ("datacontenttype", "application/json; charset=utf-8"),
        ("datacontenttype", "application/vnd.example+json"),
        ("time", "2018-03-05T09:00:00+08:00"),
        ("time", "2018-03-05t01:00:00.123456789z"),
        ("subject", "a/b c"),
        ("dataschema", "urn:zeren:kind:person.registered:1"),
        ("enteredby", "u1"),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ("sequence", 12),
        ("flagged", True),
        ("x" * 40, "x"),
        *((name, None) for name in ("datacontenttype", "time", "subject", "dataschema", "enteredby")),
    ],
)
def test_attributes_that_are_accepted_and_kept(event: Make, name: str, value: Any) -> None:
    """Optional and extension attributes are kept as sent; null stands for absent."""
    sent = {**event("person.registered"), name: value}
    assert read_event(sent).kept == rfc8785.dumps(sent)


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("person.registered", {"surprise": 1}, ["/data/surprise"]),
        ("person.registered", {"a/b~c": 1}, ["/data/a~1b~0c"]),
        ("person.registered", {"name_zh": None}, ["/data/name_zh"]),
        ("person.registered", {"name_zh": 5}, ["/data/name_zh"]),
        ("person.registered", {"person_id": "p#1", "born": "1960-13"}, ["/data/born", "/data/person_id"]),
        ("person.registered", {"aliases": "三哥"}, ["/data/aliases"]),
        ("person.registered", {"aliases": ["三哥", 3]}, ["/data/aliases/1"]),
        ("person.registered", {"name_zh": "e\u0301"}, ["/data/name_zh"]),
        ("person.registered", {"name_zh": "11010519491231002X"}, ["/data/name_zh"]),
        ("record.filed", {"sequence": "1"}, ["/data/sequence"]),
        ("record.filed", {"filed_on": "2018-02-30"}, ["/data/filed_on"]),
        ("record.corrected", {"corrected_payload": "x"}, ["/data/corrected_payload"]),
        ("record.corrected", {"approved_by": {}}, ["/data/approved_by"]),
        ("record.corrected", {"approved_by": []}, ["/data/approved_by"]),
        ("record.corrected", {"approved_by": {"person_id": "p/1"}}, ["/data/approved_by/person_id"]),
        ("record.corrected", {"evidence": ["0" * 64, "z"]}, ["/data/evidence/1"]),
    ],
)
def test_faults_of_data(event: Make, kind: str, data: dict[str, Any], expected: list[str]) -> None:
    """Faults of data point at the very value, inside lists and objects as well."""
    assert faults(event(kind, **data)) == expected


def test_faults_inside_parts_that_may_be_plain() -> None:
    """The pointers into a handover list and a reporter are those of the JSON sent."""
    attributes = {"specversion": "1.0", "id": "e1", "source": "urn:a"}
    items = ["印章一枚", {"id": "a/b"}, {"state": "未销号"}, 4]
    data = {"handover_id": "h1", "completed_on": "2018-03-05", "items": items}
    assert faults({**attributes, "type": "handover.completed", "data": data}) == [
        "/data/items/1/id",
        "/data/items/2",
        "/data/items/3",
    ]
    report = {"report_id": "r1", "submitted_on": "2018-03-05", "reporter": {"body_id": ""}}
    assert faults({**attributes, "type": "report.submitted", "data": report}) == ["/data/reporter/body_id"]


def test_a_fault_says_what_was_expected(event: Make) -> None:
    """A fault of a field carries its Chinese title, and what was expected in both languages."""
    with pytest.raises(Malformed) as caught:
        read_event(event("record.filed", filed_on="2018", sequence=None, kind=7))
    found = {fault.pointer: fault for fault in caught.value.faults}
    assert found["/data/filed_on"].field_zh == "归档日期"
    assert "2018-03-05" in found["/data/filed_on"].zh
    assert "2018-03-05" in found["/data/filed_on"].en
    assert found["/data/kind"].en == "a string"


def test_exclusive_fields_point_at_data(event: Make) -> None:
    """A post in a body and a place at once is a fault of the data as a whole, naming both fields."""
    with pytest.raises(Malformed) as caught:
        read_event(event("post.established", post_id="o1", title_zh="书记", body_id="b1", jurisdiction_id="j1"))
    (fault,) = caught.value.faults
    assert (fault.pointer, fault.en) == ("/data", "exactly one of body_id, jurisdiction_id")


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        (b'"seats": 1.0', "/data/seats"),
        (b'"seats": 9007199254740993', "/data/seats"),
        (b'"title_zh": "a", "title_zh": "b"', "/data/title_zh"),
        (b'"title_zh": "\\ud800"', "/data/title_zh"),
        (b'"seats": NaN', "/data/seats"),
    ],
)
def test_marks_of_the_reader_are_faults(raw: bytes, pointer: str) -> None:
    """Floats, large numbers, keys given twice and lone surrogates are told once each."""
    text = (
        b'{"specversion": "1.0", "id": "e1", "source": "urn:a", "type": "post.established",'
        b' "data": {"post_id": "o1", "title_zh": "x", "body_id": "b1", %s}}' % raw
    )
    assert faults(read_json(text)) == [pointer]


def test_attributes_given_twice() -> None:
    """An attribute given twice is a fault, even where both say the same."""
    text = (
        b'{"specversion": "1.0", "id": "e1", "id": "e1", "source": "s", "type": "key.revoked", "data": {"key_id": "k"}}'
    )
    assert faults(read_json(text)) == ["/id"]


def test_null_members_mean_absent(event: Make) -> None:
    """Null is absent wherever it stands in data; what is kept still shows it."""
    sent = event("record.corrected", approved_by={"person_id": "p1", "post_id": None}, reason=None)
    assert b'"reason":null' in read_event(sent).kept
    assert without_nulls({"a": None, "b": {"c": None, "d": [None, {"e": None}]}}) == {"b": {"d": [None, {}]}}


@pytest.mark.parametrize(("digits", "sound"), [(n, n in (2, 4, 6, 9, 12)) for n in range(14)])
def test_division_codes(event: Make, digits: int, sound: bool) -> None:
    """Codes of 6, 9 and 12 digits are accepted, and so are 2 and 4."""
    place = {"jurisdiction_id": "j1", "code": "621223001001999"[:digits], "name_zh": "某地", "level": "county"}
    assert faults(event("jurisdiction.registered", **place)) == ([] if sound else ["/data/code"])


@pytest.mark.parametrize(
    ("marking", "sound"),
    [
        ("公开", True),
        ("内部", True),
        ("", True),
        ("秘密", False),
        ("机密★10年", False),
        ("绝 密", False),
        ("Secret", False),
    ],
)
def test_classification(event: Make, marking: str, sound: bool) -> None:
    """A letter or instrument marked 秘密 or above does not enter, spaced out as it is printed or not."""
    expected = [] if sound else ["/data/classification"]
    assert faults(event("instrument.issued", instrument_id="i1", classification=marking)) == expected
    letter = {"letter_id": "l1", "signed_on": "2018", "classification": marking}
    assert faults(event("responsibility-letter.signed", **letter)) == expected


def test_payload_limit(event: Make) -> None:
    """64 KiB of canonical bytes are accepted and one more is not; what counts are bytes, not characters."""
    empty = len(read_event(event("person.registered", unit="")).kept)
    most = MAX_PAYLOAD - empty
    assert len(read_event(event("person.registered", unit="a" * most)).kept) == MAX_PAYLOAD == 65536
    for unit in ("a" * (most + 1), "中" * (most // 3 + 1)):
        with pytest.raises(EventTooLarge, match="65536"):
            read_event(event("person.registered", unit=unit))


@pytest.mark.parametrize("opening", ['{"a":', "["])
@pytest.mark.parametrize("depth", [70, 300, 700])
def test_deep_data_is_a_fault(opening: str, depth: int) -> None:
    """Data nested deeper than the door accepts is refused with a fault, however deep the reader could go."""
    closing = {"[": "]", '{"a":': "}"}[opening]
    text = (
        '{"specversion": "1.0", "id": "e1", "source": "s", "type": "record.corrected", "data": '
        f'{{"corrects_event_id": "e0", "corrected_payload": {{"a": {opening * depth}1{closing * depth}}}}}}}'
    )
    (pointer,) = faults(read_json(text.encode()))
    assert pointer.startswith("/data/corrected_payload/a/")


@pytest.mark.parametrize(
    ("kind", "source", "expected"),
    [
        ("record.corrected", None, Target("urn:a", "e1")),
        ("record.corrected", "urn:b", Target("urn:b", "e1")),
        ("record.annulled", None, Target("urn:a", "e1")),
        ("record.annulled", "urn:b", Target("urn:b", "e1")),
    ],
)
def test_targets(event: Make, kind: str, source: str | None, expected: Target) -> None:
    """A correction names an event of its own source unless it names another."""
    field = "corrects_event_source" if kind == "record.corrected" else "annuls_event_source"
    assert read_event(event(kind, "c1", "urn:a", **{field: source})).target == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("application/json", True),
        ("Application/JSON ; charset=utf-8", True),
        ("text/json", True),
        ("application/ld+json", True),
        ("+json", False),
        ("application/jsonl", False),
        ("", False),
        (None, False),
    ],
)
def test_json_media_types(value: object, expected: bool) -> None:
    """JSON is `application/json`, `text/json` and every `+json` type."""
    assert is_json_type(value) is expected


def test_schema_uri() -> None:
    """A version of a kind has one URI."""
    assert schema_uri("person.registered", 1) == "urn:zeren:kind:person.registered:1"


SPOILED = st.sampled_from(
    [
        *(None, True, 1, 2**53 - 1, "", "a", "2018-03-05", "2018-02-30", "a/b", "a\nb", "a\x07", "e\u0301", "秘密"),
        *("11010519491231002X", "x" * 600, "字" * 30_000, [], ["a"], {}, {"a": None}, {"a": 1}),
        {"person_id": "p1", "name_zh": "李四"},
    ]
)
ATTRIBUTES = st.sampled_from(
    [
        "id",
        "source",
        "type",
        "data",
        "specversion",
        "datacontenttype",
        "dataschema",
        "subject",
        "time",
        "traceparent",
        "X",
    ]
)
FIELDS = st.sampled_from(
    ["person_id", "name_zh", "born", "aliases", "basis", "annuls_event_id", "corrected_payload", "x"]
)


@given(
    st.sampled_from(
        ["person.registered", "record.filed", "record.corrected", "record.annulled", "access.recorded", "x"]
    ),
    st.dictionaries(ATTRIBUTES, SPOILED, max_size=2),
    st.dictionaries(FIELDS, SPOILED, max_size=2),
    st.sampled_from(["", '"x": 1.5, ', '"id": "twice", ']),
)
@settings(deadline=None, max_examples=examples(500))
def test_what_is_sound_at_a_glance_is_sound(
    kind: str, attributes: dict[str, Any], data: dict[str, Any], spoiler: str
) -> None:
    """An event taken without a search for faults has none, and is taken as it would be after one."""
    made = {**_event(kind), **attributes}
    if isinstance(made["data"], dict):
        made["data"] = {**made["data"], **data}
    value = read_json(("{" + spoiler + json.dumps(made)[1:]).encode())
    (taken,) = _sound([value])
    if taken is not None:
        assert taken == _judged(value)


def test_formeds_need_no_search(event: Make) -> None:
    """Events as they mostly come are taken at a glance, with what optional attributes they have."""
    more = {
        "time": "2018-03-05T09:00:00Z",
        "subject": "621223",
        "traceparent": "00-1",
        "datacontenttype": "application/json",
    }
    for kind in ("person.registered", "record.filed", "record.corrected", "record.annulled"):
        assert None not in _sound([{**event(kind), **more}, event(kind, basis=None)])
