"""Who acts: the small objects by which events name a person, the post held then, or a body."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from events.catalogue.base import Part, at_least_one, maybe
from events.fields import BodyId, PersonId, PostId, Text

Capacity = Literal["substantive", "acting", "concurrent", "seconded"]
CAPACITIES_ZH = "substantive 正式任职、acting 主持工作或代理、concurrent 兼任、seconded 挂职;缺省为正式任职"


class Actor(Part):
    """A person, the post held at the time, or both."""

    person_id: PersonId | None = maybe("人员编号")
    post_id: PostId | None = maybe("岗位编号", note="当时所任岗位")

    @model_validator(mode="after")
    def _named(self) -> Self:
        at_least_one(self, "person_id", "post_id")
        return self


class Signatory(Part):
    """Who signs a letter, and in what capacity."""

    person_id: PersonId | None = maybe("人员编号")
    post_id: PostId | None = maybe("岗位编号", note="签字时所任岗位")
    capacity: Text | None = maybe("签字身份", note="如正式任职、代理、受委托")

    @model_validator(mode="after")
    def _named(self) -> Self:
        at_least_one(self, "person_id", "post_id")
        return self


class Representative(Part):
    """A person, a post or the body they act for."""

    person_id: PersonId | None = maybe("人员编号")
    post_id: PostId | None = maybe("岗位编号", note="当时所任岗位")
    body_id: BodyId | None = maybe("机构编号")

    @model_validator(mode="after")
    def _named(self) -> Self:
        at_least_one(self, "person_id", "post_id", "body_id")
        return self


class Reporter(Representative):
    """Who reports: a person, post or body as an object, or the plain id of a body."""

    @model_validator(mode="before")
    @classmethod
    def _plain_id(cls, value: Any) -> Any:
        return {"body_id": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler, /) -> JsonSchemaValue:
        return {"anyOf": [handler(core), {"type": "string", "minLength": 1, "maxLength": 120}]}


class Deliverer(Part):
    """The person or unit that delivers a measure."""

    person_id: PersonId | None = maybe("人员编号")
    unit_id: BodyId | None = maybe("单位编号")

    @model_validator(mode="after")
    def _named(self) -> Self:
        at_least_one(self, "person_id", "unit_id")
        return self
