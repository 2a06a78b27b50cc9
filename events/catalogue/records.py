"""Kinds of section H of the catalogue: records posted, filed, attested, corrected, read and erased, and their keys."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from events import edtf
from events.catalogue.actors import Actor, Representative
from events.catalogue.base import Kind, at_least_one, maybe, titled
from events.fields import (
    FORMS,
    AnyId,
    Base64,
    BodyId,
    Citation,
    Count,
    Day,
    EdtfDate,
    FreeMap,
    PersonId,
    Sha256,
    Text,
    ThingId,
    Timestamp,
    is_timestamp,
)

_SECTION = "catalogue of kinds, section H (docs/events.md)"
_ADDED = "kinds added to the catalogue (docs/events.md)"


class PublicityPosted(Kind):
    """Information is posted: project, funds, exit, identification, performance."""

    NAME = "publicity.posted"
    TITLE_ZH = "公告公示"
    SOURCE = _SECTION

    posting_id: ThingId = titled("公示编号")
    channel: Literal["board", "website", "media", "card", "other"] | None = maybe(
        "公示渠道", note="board 公示栏、website 网站、media 媒体、card 明白卡、other 其他"
    )
    subject_id: AnyId | None = maybe("公示对象编号", note="项目、退出或农户")
    items: list[Literal["content", "funding", "scope", "beneficiary-households", "expected-benefit"]] | None = maybe(
        "公示内容",
        note="content 建设内容、funding 资金投入、scope 受益范围、"
        "beneficiary-households 受益户数、expected-benefit 预期效益",
    )
    posted_from: Day = titled("公示起始日期")
    posted_until: Day | None = maybe("公示截止日期", note="不含当日")
    photo_sha256: Sha256 | None = maybe("公示照片 SHA-256")


class PublicityWithdrawn(Kind):
    """A posting is taken down early or corrected."""

    NAME = "publicity.withdrawn"
    TITLE_ZH = "公示撤下"
    SOURCE = _SECTION

    posting_id: ThingId = titled("公示编号")
    reason: Text | None = maybe("撤下原因")
    withdrawn_on: Day = titled("撤下日期")


class RecordFiled(Kind):
    """A document is filed in an archive in a stated order."""

    NAME = "record.filed"
    TITLE_ZH = "资料归档"
    SOURCE = _SECTION

    record_id: ThingId = titled("档案编号")
    archive: Citation | None = maybe("档案名称")
    kind: Text | None = maybe("资料类型")
    sequence: Count | None = maybe("归档顺序号")
    filed_on: Day = titled("归档日期")
    document_sha256: Sha256 | None = maybe("资料 SHA-256")


class DatasetAttested(Kind):
    """A responsible body attests that data are true, accurate and complete as of a date."""

    NAME = "dataset.attested"
    TITLE_ZH = "数据真实性确认"
    SOURCE = _SECTION

    dataset: Text = titled("数据集")
    as_of: Day | None = maybe("数据截至日期")
    attesting: Representative | None = maybe("确认人")
    attested_on: Day = titled("确认日期")


class RecordCorrected(Kind):
    """An earlier event is corrected by a new statement of the same fact; the old one stays readable."""

    NAME = "record.corrected"
    TITLE_ZH = "记录更正"
    SOURCE = _SECTION

    corrects_event_id: Citation = titled("被更正事件标识")
    corrects_event_source: Text | None = maybe("被更正事件来源", note="缺省为本事件的来源")
    corrected_payload: FreeMap = titled("更正后的完整内容")
    valid_from: EdtfDate | None = maybe("更正后事实的起始日期")
    reason: Text | None = maybe("更正原因")
    approver: AnyId | None = maybe("批准方编号", note="独立于录入人的人员、岗位或机构")
    approved_by: Actor | None = maybe("批准人", note="人员及批准时所任岗位")
    evidence: list[Sha256] | None = maybe("佐证材料 SHA-256")


class RecordAnnulled(Kind):
    """An event is annulled because it never happened: entered in error, or forged."""

    NAME = "record.annulled"
    TITLE_ZH = "记录撤销"
    SOURCE = _SECTION

    annuls_event_id: Citation = titled("被撤销事件标识")
    annuls_event_source: Text | None = maybe("被撤销事件来源", note="缺省为本事件的来源")
    reason: Text | None = maybe("撤销原因")
    approver: AnyId | None = maybe("批准方编号", note="独立于录入人的人员、岗位或机构")
    approved_by: Actor | None = maybe("批准人", note="人员及批准时所任岗位")


def _moment(value: object) -> str:
    if is_timestamp(value):
        return str(value)
    try:
        edtf.parse_day(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise PydanticCustomError("timestamp", FORMS["timestamp"][1]) from None
    return str(value)


Moment = Annotated[
    str,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}),
]
"""A time with an offset, or a day, which stands for its first instant in Asia/Shanghai."""


class KeyRegistered(Kind):
    """A signing key of a person or body enters the log's own registry."""

    NAME = "key.registered"
    TITLE_ZH = "签名密钥登记"
    SOURCE = _ADDED

    key_id: ThingId = titled("密钥编号")
    person_id: PersonId | None = maybe("持有人编号", note="与持有机构编号至少填其一")
    body_id: BodyId | None = maybe("持有机构编号", note="与持有人编号至少填其一")
    algorithm: Literal["Ed25519", "SM2"] = titled("算法")
    public_key: Base64 = titled("公钥(Base64)")
    signer_id: Text | None = maybe("签名者标识", note="SM2 的用户标识")
    valid_from: Moment = titled("有效期开始", note="日期表示当日零时(北京时间)")
    valid_until: Moment | None = maybe("有效期结束", note="不含该时刻")
    vouched_by: AnyId | None = maybe("担保方编号", note="核验持有人身份的人员、岗位或机构")
    certificate: Text | None = maybe("证书")
    proof_of_possession: Base64 | None = maybe("私钥持有证明(Base64)")

    @model_validator(mode="after")
    def _owned(self) -> Self:
        at_least_one(self, "person_id", "body_id")
        return self


class KeyRevoked(Kind):
    """A signing key is revoked; it works from its position in the log onward."""

    NAME = "key.revoked"
    TITLE_ZH = "签名密钥吊销"
    SOURCE = _ADDED

    key_id: ThingId = titled("密钥编号")
    revoked_on: Day | None = maybe("吊销日期")
    reason: Text | None = maybe("吊销原因")
    revoked_by: AnyId | None = maybe("吊销方编号", note="人员、岗位或机构")


class AccessRecorded(Kind):
    """The service answered or refused a reader."""

    NAME = "access.recorded"
    TITLE_ZH = "查阅记录"
    SOURCE = _ADDED
    SERVICE_ONLY = True

    at: Timestamp = titled("查阅时间")
    outcome: Literal["answered", "refused"] = titled("结果", note="answered 已答复、refused 已拒绝")
    credential: Text | None = maybe("凭据编号")
    method: Text | None = maybe("请求方法")
    target: Text | None = maybe("请求路径和参数")
    status: Count | None = maybe("状态码")
    log: Text | None = maybe("日志编号")
    jurisdiction: Text | None = maybe("所查区划编号")
    valid_at: Day | None = maybe("查询的有效日期")
    known_at: Text | None = maybe("查询的知悉时间")
    case: Text | None = maybe("案件编号")
    reason: Text | None = maybe("拒绝原因")


class RecordErased(Kind):
    """The payload of an entry was erased on lawful order; its leaf and position stay."""

    NAME = "record.erased"
    TITLE_ZH = "记录内容删除"
    SOURCE = _ADDED
    SERVICE_ONLY = True

    log: Text | None = maybe("日志编号")
    position: Count = titled("日志位置")
    erased_event_id: Text | None = maybe("被删除事件标识")
    erased_event_source: Text | None = maybe("被删除事件来源")
    erased_on: Day = titled("删除日期")
    ground: Text | None = maybe("法律依据")
    ordered_by: Text | None = maybe("决定删除者")
    credential: Text | None = maybe("凭据编号")


class LossDeclared(Kind):
    """A log came back without what was signed of it, and an operator decided how it goes on."""

    NAME = "loss.declared"
    TITLE_ZH = "日志丢失声明"
    SOURCE = _ADDED
    SERVICE_ONLY = True

    log: Text = titled("日志编号")
    size: Count = titled("现存条数")
    root: Base64 = titled("现存日志树根哈希(Base64)")
    lost_size: Count | None = maybe("曾签署的条数", note="库外副本无法读取时缺省")
    lost_root: Base64 | None = maybe("曾签署的日志树根哈希(Base64)")
    restored: Count | None = maybe("从镜像恢复的条数", note="已含在现存条数内")
    reason: Text = titled("原因")
    ordered_by: Text | None = maybe("决定者")
    credential: Text | None = maybe("凭据编号")


class IndexRecorded(Kind):
    """The map of names of a log as of one of its sizes; an entry of the log's companion `<log>.index`."""

    NAME = "index.recorded"
    TITLE_ZH = "名称索引登记"
    SOURCE = _ADDED
    SERVICE_ONLY = True

    log: Text = titled("日志编号")
    size: Count = titled("日志条数")
    root: Base64 = titled("日志树根哈希(Base64)")
    map_root: Base64 = titled("名称索引根哈希(Base64)")
