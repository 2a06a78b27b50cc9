"""What a statement of a chain is called and what it says, as text: any field, one that has no words here too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from service.console import telling, terms, words
from service.console.flag_words import CODES
from service.console.functions import FUNCTIONS
from service.console.words import Pair

Doc = Mapping[str, Any]

FIELDS: Final[Mapping[str, Pair]] = {
    "algorithm": ("算法", "algorithm"),
    "approval_document": ("批准文号", "approval"),
    "areas": ("分管领域", "areas"),
    "body_id": ("机构", "body"),
    "body_type": ("机构类型", "type of body"),
    "capacity": ("任职方式", "capacity"),
    "certainty": ("确定性", "certainty"),
    "claimed": ("登记者自述的责任", "responsibilities as the registrant says"),
    "code": ("代码", "code"),
    "counterparty": ("对方", "counterparty"),
    "countersignatures": ("会签情况", "countersignatures"),
    "countersigned": ("会签", "countersigned"),
    "document_number": ("文号", "number"),
    "duties": ("义务承接", "duties passed on"),
    "effective_from": ("生效日期", "effective from"),
    "effective_until": ("终止日期", "effective until"),
    "flags": ("疑点", "doubts"),
    "from": ("起", "from"),
    "functions": ("职能", "functions"),
    "gone_by": ("不晚于此日离任", "gone by"),
    "held_by": ("不晚于此日到任", "in office by"),
    "helper": ("帮扶方", "helper"),
    "holder": ("持有者", "holder"),
    "in_force": ("当日效力", "in force that day"),
    "instrument_or_letter_id": ("依据", "ground"),
    "jurisdictions": ("隶属路径", "path"),
    "key_id": ("密钥", "key"),
    "key_vouched": ("密钥担保", "vouched for by"),
    "kind": ("种类", "kind"),
    "level": ("层级", "level"),
    "matched_by": ("归属依据", "belongs to the holder by"),
    "name": ("名称", "name"),
    "number": ("文号", "number"),
    "obligation_id": ("义务编号", "obligation"),
    "of": ("所属", "belongs to"),
    "of_signatory": ("属签订人", "of the signatory"),
    "on": ("日期", "on"),
    "person": ("任职人", "holder"),
    "policies": ("适用文件", "instruments"),
    "portfolio": ("分管", "in charge of"),
    "possession": ("私钥持有证明", "proof of possession"),
    "post": ("岗位", "post"),
    "predecessors": ("被调整区划", "predecessors"),
    "recorded_as": ("原录入编号", "recorded as"),
    "responsibilities": ("责任", "responsibilities"),
    "role": ("名称", "word"),
    "scope": ("范围", "scope"),
    "seats": ("席位", "seats"),
    "seen": ("见其在任之日", "seen in office on"),
    "sending_unit": ("派出单位", "sent by"),
    "signatory": ("签署人", "signatory"),
    "signatures": ("签名", "signatures"),
    "signed_as": ("签订身份", "signed as"),
    "signed_by": ("签名密钥", "keys that signed"),
    "signed_late_days": ("晚签(天)", "signed late (days)"),
    "signed_on": ("签订日期", "signed on"),
    "standing": ("密钥状态", "standing of the key"),
    "status": ("状态", "status"),
    "substantive": ("实任状态", "substantive status"),
    "substantive_vacancy": ("实任空缺", "vacancy without stand-ins"),
    "successions": ("区划调整", "restructurings"),
    "successor_id": ("承接方", "successor"),
    "successors": ("承接区划", "successors"),
    "title": ("岗位名称", "title"),
    "unit": ("上级机构", "part of"),
    "unnamed": ("文件未明确主体的责任", "responsibilities that no instrument lays on anybody"),
    "unregistered": ("无登记主体的责任", "responsibilities of which no bearer is on record"),
    "until": ("止", "until"),
    "vacancy": ("空缺", "vacancy"),
}
"""What the statements that the API compares are called; those that have no name here are called as in terms.py."""
APART: Final = frozenset({"flags", "policies", "unnamed", "unregistered"})
"""Long lists, of which only what one side alone says is told."""
_IN_FORCE: Final[Mapping[str, Pair]] = {
    "yes": ("施行", "in force"),
    "no": ("未施行", "not in force"),
    "unknown": ("效力不明", "not known whether in force"),
}
_MATCHED: Final[Mapping[str, Pair]] = {
    "person-and-post": ("人员与岗位", "person and post"),
    "person": ("人员", "person"),
    "post": ("岗位", "post"),
}


@dataclass(frozen=True)
class Wording:
    """Words in a language, with the titles of instruments by system and the names of things by id."""

    language: str
    titles: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)

    def field(self, name: str) -> str:
        """What a field is called; by its own name where it has none."""
        pair = FIELDS.get(name) or terms.KEYS.get(name)
        return name.replace("_", " ") if pair is None else words.pick(pair, self.language)

    def sides(self, name: str, before: Any, after: Any) -> tuple[str | None, str | None]:
        """What a field says on each side; of a long list what that side alone says."""
        if name in APART:
            old, new = before or [], after or []
            before = [one for one in old if one not in new] or None
            after = [one for one in new if one not in old] or None
        return self.value(name, before), self.value(name, after)

    def value(self, name: str, value: Any) -> str | None:
        """What a field says; None where it says nothing."""
        if value is None:
            return None
        if isinstance(value, bool):
            return words.name("yes" if value else "no", self.language)
        if isinstance(value, str):
            return self._text(name, value)
        if isinstance(value, Mapping):
            return self._thing(name, value)
        if isinstance(value, Sequence):
            between = ";" if any(isinstance(one, Mapping) for one in value) else self._and
            return between.join(self.value(name, one) or "—" for one in value) or words.pick(
                ("无", "none"), self.language
            )
        return str(value)

    def _text(self, name: str, value: str) -> str:
        if name in ("responsibilities", "unregistered"):
            system, _, role = value.split(" ", 2)
            return f"{role}(《{self.titles.get(system, system)}》)"
        if name in ("unnamed", "policies"):
            system, _, rest = value.partition(" ")
            said = words.pick(_IN_FORCE[rest], self.language) if rest in _IN_FORCE else rest
            return f"《{self.titles.get(system, system)}》{said}"
        found = FUNCTIONS.get(value) if name == "functions" else _MATCHED.get(value) if name == "matched_by" else None
        if found is not None:
            return words.pick(found, self.language)
        return self.names.get(value) or terms.word(value, self.language)

    def _thing(self, name: str, value: Doc) -> str:
        """Something with a name, a vacancy, a doubt, or parts each under what it is called."""
        if name in ("vacancy", "substantive_vacancy"):
            return telling.vacancy_told(value, self.language)
        if "flag" in value:
            zh, en, _ = CODES.get(value["flag"], (value["flag"], value["flag"], ""))
            things = [self.names.get(one, str(one)) for part, one in value.items() if part != "flag" and one]
            return f"{words.pick((zh, en), self.language)} ({self._and.join(things)})"
        if "id" in value and "name" in value:
            return str(value["name"] or value["id"])
        return self._and.join(self._parts(value)) or "—"

    def _parts(self, value: Doc) -> Iterator[str]:
        for part, one in value.items():
            if one not in (None, [], {}):
                yield f"{self.field(part)} {self.value(part, one)}"

    @property
    def _and(self) -> str:
        return "、" if self.language == "zh" else ", "
