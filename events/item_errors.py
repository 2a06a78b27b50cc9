"""Why one event of a batch is not appended, while its neighbours are.

ItemError
├── Malformed             the event's form, fault by fault
├── IdTaken               same source and id, other content
├── Erased                what was sent again was erased
├── TargetUnknown         a correction names an event that is not below it in the log
├── CorrectionForbidden   only the same source, or a grant with `correct`, may correct
├── EventTooLarge         a payload above 64 KiB
├── OutsideGrant          the kind, source or place is outside the sender's grant
├── SignatureRefused      an envelope's signature, or a key to be registered, with the reason
└── SubjectUnknown        the place of the event cannot be told
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from events.errors import ZerenError
from events.refusals import EXPECTED, REASONS


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one field: where (JSON pointer), and what was expected."""

    pointer: str
    zh: str
    en: str
    field_zh: str | None = None


class ItemError(ZerenError):
    """An event that is not appended; its neighbours are."""


class Malformed(ItemError):
    """The event does not have the form of its kind."""

    slug = "malformed-event"
    zh = "事件格式有误,共 {count} 处"
    en = "the event is malformed in {count} place(s)"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__(count=len(self.faults))


class IdTaken(ItemError):
    """The same source and id were recorded before with other content."""

    slug = "id-taken"
    zh = "来源 {source} 的事件 {id} 已在位置 {position} 记录,内容不同"
    en = "event {id} of source {source} is already recorded at position {position} with other content"


class Erased(ItemError):
    """What was sent again, or what is asked about, was erased on a recorded ground."""

    slug = "erased"
    zh = "来源 {source} 的事件 {id}(位置 {position})已依法删除:{ground}"
    en = "event {id} of source {source}, at position {position}, was erased: {ground}"


class TargetUnknown(ItemError):
    """A correction or annulment names no event below it, or one it may not name."""

    slug = "target-unknown"
    zh = "更正或作废所指的事件 {id}(来源 {source})不可用:{reason_zh}"
    en = "event {id} (source {source}) cannot be corrected or annulled: {reason_en}"


class CorrectionForbidden(ItemError):
    """Only the same source, or a grant with `correct`, may correct."""

    slug = "correction-forbidden"
    zh = "来源 {source} 的凭证无权更正或作废来源 {target_source} 的事件 {id}"
    en = "this credential, posting as {source}, may not correct event {id} of source {target_source}"


class EventTooLarge(ItemError):
    """The payload is above 64 KiB."""

    slug = "event-too-large"
    zh = "事件规范化后为 {size} 字节,上限 {limit} 字节"
    en = "the event has {size} canonical bytes; the limit is {limit}"


class OutsideGrant(ItemError):
    """The sender's grant does not reach this kind, source or place."""

    slug = "outside-grant"
    zh = "凭证的授权不包括{what_zh} {value}"
    en = "the grant of this credential does not include the {what_en} {value}"


class SignatureRefused(ItemError):
    """A signature of an envelope, or a key that is to be registered, cannot be accepted."""

    slug = "signature-refused"
    zh = "签名或密钥不予接受(密钥 {key}):{reason_zh}"
    en = "a signature or key is refused (key {key}): {reason_en}"

    def __init__(
        self, reason: str = "does-not-verify", *, key: str | None = None, pointer: str | None = None, **values: Any
    ) -> None:
        zh, en = REASONS.get(reason, (reason, reason))
        self.reason = reason
        self.faults = [] if pointer is None else [Fault(pointer, *EXPECTED.get(reason, (zh, en)))]
        super().__init__(**{"reason_zh": zh, "reason_en": en, **values}, key="-" if key is None else key)


class SubjectUnknown(ItemError):
    """The place of the event cannot be told, and the grant is narrower than the log."""

    slug = "subject-unknown"
    zh = "无法判断事件所属区划:请先登记 {missing},或在 subject 中给出区划编号"
    en = "the place of this event cannot be told: register {missing} first, or name the jurisdiction in `subject`"
