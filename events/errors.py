"""Every way a request of ours can fail, on one page.

    ZerenError
    ├── ItemError                 this event only; the rest of a batch stands (`item_errors`)
    ├── BadRequest                a parameter, named, with the form expected
    ├── NotJsonBody               the body is no JSON text
    ├── TooLarge                  the body or the batch
    ├── MediaTypeUnknown          the content type is none of ours
    ├── EncodingUnknown           the body is compressed
    ├── Unauthenticated           no credentials, or wrong ones
    ├── Forbidden                 the credentials do not reach this
    ├── LogUnknown / LogReserved / OriginTaken / LogClosed / SampleLog
    ├── NotFound                  an id or code that nothing known bears
    ├── Gone                      an id of which all that was on record was erased
    ├── NotErasable               an entry that cannot be erased, or not by itself
    ├── Ambiguous                 several bear it; with candidates
    ├── PolicyUnknown             a digest that no pack has
    ├── NotYetProjected           waited five seconds for a position
    ├── NotPublished              a tile or checkpoint that no published checkpoint covers
    ├── NotYetPublished           a proof before the checkpoint that covers it
    ├── NotYetIndexed             the map of names does not cover a size of its log
    ├── NotAsIndexed              the log is not the one whose map of names is on record
    ├── NoBundle                  no evidence bundle of such an answer
    ├── BundleTooLarge            an answer that rests on too many entries for a bundle
    ├── BeyondHead                an event stream asked to resume past the end
    ├── OtherDatabase             what the notary directory keeps was not signed for this database
    ├── NotRecorded               a read that cannot be recorded is not answered
    └── ClockStopped              the clock cannot be trusted; nothing is appended

A class carries its message in both languages; every value a message needs is passed by name. The
floors above turn a class into an answer; nothing here knows a status code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class ZerenError(Exception):
    """A failure that the caller can read and act on."""

    slug: ClassVar[str] = "error"
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""

    def __init__(self, **values: Any) -> None:
        self.values: Mapping[str, Any] = values
        super().__init__(self.en.format_map(_Lenient(values)))

    def message(self, language: str) -> str:
        """The message in `zh` or `en`."""
        template = self.zh if language == "zh" else self.en
        return template.format_map(_Lenient(self.values))


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


class Gone(ZerenError):
    """All that was on record of an id was erased."""

    slug = "gone"
    zh = "{value} 的记录已全部依法删除({on}):{ground}"
    en = "all that was on record of {value} was erased on {on}: {ground}"


class NotErasable(ZerenError):
    """An entry that cannot be erased, or not by itself."""

    slug = "not-erasable"
    zh = "日志 {log} 位置 {position} 不能删除:{why_zh}"
    en = "position {position} of log {log} cannot be erased: {why_en}"


class BadRequest(ZerenError):
    """A parameter does not have its form; where its value is None it is missing."""

    slug = "bad-parameter"
    zh = "参数 {name} {said_zh}:应为{expected_zh}"
    en = "parameter {name} {said_en}; expected {expected_en}"

    def __init__(self, **values: Any) -> None:
        value = values.get("value")
        said = ("未给出", "is missing") if value is None else (f"的值 {value} 无效", f"has the value {value}")
        super().__init__(**{"said_zh": said[0], "said_en": said[1], **values})


class NotJsonBody(ZerenError):
    """The body is no JSON text."""

    slug = "not-json"
    zh = "请求体不是 JSON:{why}"
    en = "the body is not JSON: {why}"


class TooLarge(ZerenError):
    """The body or the batch is above its limit."""

    slug = "too-large"
    zh = "请求过大:{what_zh}上限为 {limit}"
    en = "the request is too large: the limit is {limit} {what_en}"


class MediaTypeUnknown(ZerenError):
    """The content type is none that this call reads."""

    slug = "media-type"
    zh = "不支持的内容类型 {given};可用:{expected}"
    en = "media type {given} is not supported; use one of {expected}"


class EncodingUnknown(ZerenError):
    """The body is compressed."""

    slug = "content-encoding"
    zh = "不支持的内容编码 {given}:请求体应不压缩"
    en = "content encoding {given} is not supported; send the body as it is"


class Unauthenticated(ZerenError):
    """No credentials, or wrong ones."""

    slug = "unauthenticated"
    zh = "缺少有效凭证;请以 Authorization: Bearer <密钥> 发送"
    en = "no valid credentials; send Authorization: Bearer <key>"


class Forbidden(ZerenError):
    """The credentials do not reach this."""

    slug = "forbidden"
    zh = "凭证无权执行:{what_zh}"
    en = "this credential may not {what_en}"


class LogUnknown(ZerenError):
    """There is no such log."""

    slug = "log-unknown"
    zh = "没有日志 {log}"
    en = "there is no log {log}"


class LogReserved(ZerenError):
    """The id may not be a log's."""

    slug = "log-reserved"
    zh = "日志编号 {log} 不可用:应为 2 至 40 个小写字母、数字或连字符,且不是保留字,也不以 demo- 开头"
    en = (
        "{log} may not be a log's id: 2 to 40 lower-case letters, digits or hyphens, "
        "no reserved word, and not beginning with demo-"
    )


class OriginTaken(ZerenError):
    """The origin that a log or its companion would have is another log's."""

    slug = "origin-taken"
    zh = "来源名 origin {origin} 已属于另一日志:一个 origin 只标识一个日志,请为日志 {log} 另选"
    en = "the origin {origin} is that of another log, and an origin names one log: choose another for log {log}"


class LogClosed(ZerenError):
    """The log takes no entries; of a halted one it is said why, or who says it."""

    slug = "log-closed"
    zh = "日志 {log} 状态为 {state},不接受写入{why_zh}"
    en = "log {log} is {state} and takes no entries{why_en}"

    def __init__(self, **values: Any) -> None:
        halted = values.get("state") == "halted"
        zh, en = ("(请运行 zeren doctor)", " (run `zeren doctor`)") if halted else ("", "")
        super().__init__(**{"why_zh": zh, "why_en": en, **values})


class SampleLog(ZerenError):
    """Sample logs are written by `zeren demo` alone."""

    slug = "sample-log"
    zh = "{log} 是示例日志,只由 zeren demo 写入"
    en = "{log} is a sample log, written by `zeren demo` alone"


class NotFound(ZerenError):
    """Nothing known bears this id or code."""

    slug = "not-found"
    zh = "截至所问时点,没有已知的{what_zh} {value}"
    en = "no {what_en} {value} is known as of the instant asked about"


class Ambiguous(ZerenError):
    """Several things bear this id or code."""

    slug = "ambiguous"
    zh = "{value} 对应 {count} 个对象,请指明其中之一"
    en = "{value} names {count} things; choose one of the candidates"

    def __init__(self, *, value: str, candidates: Sequence[Mapping[str, Any]]) -> None:
        self.candidates = list(candidates)
        super().__init__(value=value, count=len(self.candidates))


class PolicyUnknown(ZerenError):
    """No pack has this digest."""

    slug = "policy-unknown"
    zh = "没有摘要为 {digest} 的政策包"
    en = "no policy pack has the digest {digest}"


class NotYetProjected(ZerenError):
    """The projections did not reach the position within five seconds."""

    slug = "not-yet-projected"
    zh = "日志 {log} 的投影在 5 秒内未达到 {wanted} 条(现为 {size})"
    en = "the projections of log {log} did not reach size {wanted} within 5 seconds (now {size})"


class NotPublished(ZerenError):
    """A tile or checkpoint beyond what the newest published checkpoint covers."""

    slug = "not-published"
    zh = "日志 {log} 已发布至第 {size} 条,尚无 {what}"
    en = "log {log} is published up to size {size}, which does not have {what}"


class NotYetPublished(ZerenError):
    """An entry that is recorded, and that no published checkpoint covers yet."""

    slug = "not-yet-published"
    zh = "日志 {log} 的位置 {position} 尚未被已发布的检查点覆盖(现为 {size} 条),请稍后重试"
    en = "position {position} of log {log} is not covered by a published checkpoint yet (size {size}); try again"


class NotYetIndexed(ZerenError):
    """The map of names of a log does not cover so many entries yet."""

    slug = "not-yet-indexed"
    zh = "日志 {log} 的名称索引尚未覆盖前 {wanted} 条(现为 {size});请稍后重试"
    en = "the map of names of log {log} does not cover its first {wanted} entries yet (now {size}); try again"


class NotAsIndexed(ZerenError):
    """A log is smaller than what its map of names is on record for, or another; the map is not taken further."""

    slug = "not-as-indexed"
    zh = "日志 {log} 与已登记的名称索引(前 {size} 条)不符:{why_zh};请运行 zeren verify"
    en = "log {log} is not the one whose map of names is on record for {size} entries: {why_en}; run `zeren verify`"


class NoBundle(ZerenError):
    """There is no evidence bundle of such an answer."""

    slug = "no-bundle"
    zh = "{path} 的答复没有证据包:{why_zh}"
    en = "there is no evidence bundle of the answer of {path}: {why_en}"


class BundleTooLarge(ZerenError):
    """An answer rests on more entries than a bundle may hold."""

    slug = "bundle-too-large"
    zh = "该答复所依据的记录有 {entries} 条,证据包上限 {limit} 条:请缩小所问范围"
    en = "the answer rests on {entries} entries, a bundle holds at most {limit}: ask for less"


class BeyondHead(ZerenError):
    """An event stream was asked to resume at or beyond the size of the log."""

    slug = "beyond-head"
    zh = "日志 {log} 只有 {size} 条,无法从 {position} 之后继续"
    en = "log {log} has {size} entries; it cannot resume after {position}"


class OtherDatabase(ZerenError):
    """What the notary directory keeps was not signed for the log here, which contradicts it."""

    slug = "other-database"
    zh = (
        "公证目录 {directory} 属于另一数据库,或本数据库已不含曾签署的内容({why_zh}):不由此写入或签署。"
        "请用 --data 或 ZEREN_NOTARY 为本数据库另设目录;若本应是曾签署的数据库,请保留该目录,"
        "见 docs/checkpoints.md 第 5 节"
    )
    en = (
        "this notary directory is of another database, or this database came back without what was signed: {directory} "
        "({why_en}). Nothing is appended or signed with it. Give this database a directory of its own (--data, or "
        "ZEREN_NOTARY); where it should be the one that was signed, keep the directory and see docs/checkpoints.md, "
        "section 5"
    )


class NotRecorded(ZerenError):
    """A read or refusal could not be recorded in the log `access`, so it is not answered."""

    slug = "not-recorded"
    zh = "查阅记录无法写入日志 access,故不予答复:{why_zh}"
    en = "this request cannot be recorded in the log access, so it is not answered: {why_en}"


class ClockStopped(ZerenError):
    """The clock cannot be trusted, so nothing is stamped or appended."""

    slug = "clock-stopped"
    zh = "时钟不可信,已停止写入:{why_zh};请运行 zeren doctor"
    en = "the clock cannot be trusted and appends are stopped: {why_en}; run `zeren doctor`"
