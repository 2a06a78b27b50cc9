"""Turns a failure into an RFC 9457 problem: the one table of classes, status codes and titles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.responses import Response

from events import errors, item_errors
from events.errors import ZerenError
from events.item_errors import Malformed
from service.accepting import weighed

PROBLEM_TYPE: Final = "application/problem+json"

TABLE: Final[Mapping[type[ZerenError], tuple[int, str, str]]] = {
    item_errors.Malformed: (422, "事件格式有误", "Malformed event"),
    item_errors.IdTaken: (409, "编号已用于其他内容", "Id taken by other content"),
    item_errors.Erased: (409, "内容已删除", "Erased"),
    item_errors.TargetUnknown: (422, "更正或作废的对象不可用", "Target of a correction unknown"),
    item_errors.CorrectionForbidden: (403, "无权更正", "Correction forbidden"),
    item_errors.EventTooLarge: (413, "事件过大", "Event too large"),
    item_errors.OutsideGrant: (403, "超出授权", "Outside the grant"),
    item_errors.SignatureRefused: (422, "签名不予接受", "Signature refused"),
    item_errors.SubjectUnknown: (403, "所属区划不明", "Place of the event unknown"),
    errors.BadRequest: (422, "参数无效", "Bad parameter"),
    errors.NotJsonBody: (422, "请求体不是 JSON", "Body is not JSON"),
    errors.TooLarge: (413, "请求过大", "Request too large"),
    errors.MediaTypeUnknown: (415, "不支持的内容类型", "Unsupported media type"),
    errors.EncodingUnknown: (415, "不支持的内容编码", "Unsupported content encoding"),
    errors.Unauthenticated: (401, "未认证", "Unauthenticated"),
    errors.Forbidden: (403, "无权访问", "Forbidden"),
    errors.LogUnknown: (404, "日志不存在", "Log unknown"),
    errors.LogReserved: (422, "日志编号不可用", "Log id not allowed"),
    errors.OriginTaken: (409, "来源名已被使用", "Origin in use"),
    errors.LogClosed: (409, "日志不接受写入", "Log takes no entries"),
    errors.SampleLog: (409, "示例日志", "Sample log"),
    errors.NotFound: (404, "未找到", "Not found"),
    errors.Gone: (410, "内容已删除", "Erased"),
    errors.NotErasable: (422, "不能删除", "Not erasable"),
    errors.Ambiguous: (409, "对应多个对象", "Ambiguous"),
    errors.PolicyUnknown: (404, "政策包不存在", "Policy pack unknown"),
    errors.NotYetProjected: (503, "投影尚未跟上", "Projections are behind"),
    errors.NotPublished: (404, "尚未发布", "Not published"),
    errors.NotYetPublished: (503, "尚未发布", "Not published yet"),
    errors.NotYetIndexed: (503, "名称索引尚未跟上", "Map of names is behind"),
    errors.NotAsIndexed: (500, "日志与名称索引不符", "Log is not as indexed"),
    errors.NoBundle: (406, "无证据包", "No evidence bundle"),
    errors.BundleTooLarge: (422, "证据包过大", "Evidence bundle too large"),
    errors.BeyondHead: (409, "超出日志末尾", "Beyond the head of the log"),
    errors.OtherDatabase: (503, "公证目录属于另一数据库", "Notary directory of another database"),
    errors.NotRecorded: (503, "查阅无法记录", "Read cannot be recorded"),
    errors.ClockStopped: (503, "时钟不可信", "Clock not trusted"),
}

HTTP_TITLES: Final[Mapping[int, tuple[str, str]]] = {
    404: ("没有此路径", "No such path"),
    405: ("不支持此方法", "Method not allowed"),
    406: ("无法提供所需格式", "Not acceptable"),
    503: ("数据库暂不可用,请稍后重试", "The database is not available; try again"),
    500: ("内部错误,已记录", "Internal error, recorded"),
}


def language(accept: str | None) -> str:
    """`zh` or `en`, by the weights of an Accept-Language header; English where it says neither."""
    best, chosen = 0.0, "en"
    for tag, weight in weighed(accept):
        primary = tag.partition("-")[0]
        if primary in ("zh", "en") and weight > best:
            best, chosen = weight, primary
    return chosen


def problem(error: ZerenError, lang: str) -> dict[str, Any]:
    """The problem details of a failure: type, title, status, detail, and what it carries."""
    status, zh, en = TABLE[type(error)]
    details: dict[str, Any] = {
        "type": f"urn:zeren:problem:{error.slug}",
        "title": zh if lang == "zh" else en,
        "status": status,
        "detail": error.message(lang),
        "code": error.slug,
    }
    if isinstance(error, item_errors.SignatureRefused):
        details["reason"] = error.reason
    if isinstance(error, Malformed | item_errors.SignatureRefused) and error.faults:
        details["errors"] = [
            {
                "pointer": fault.pointer,
                "field": fault.pointer.removeprefix("/").replace("/", "."),
                "title": fault.field_zh,
                "expected": fault.zh if lang == "zh" else fault.en,
            }
            for fault in error.faults
        ]
    if isinstance(error, Malformed):
        details["detail"] += ": " + "; ".join(
            f"{found['pointer'] or '/'}: {found['expected']}" for found in details["errors"][:5]
        )
    if isinstance(error, item_errors.IdTaken):
        details |= {"differs": error.values["differs"], "position": error.values["position"]}
    if isinstance(error, errors.Ambiguous):
        details["candidates"] = error.candidates
    return details


def response(details: Mapping[str, Any]) -> Response:
    """A problem as an HTTP answer."""
    headers = {"WWW-Authenticate": "Bearer"} if details["status"] == 401 else {}
    if details["status"] == 503:
        headers["Retry-After"] = "1"
    return Response(orjson.dumps(details), details["status"], headers, PROBLEM_TYPE)


def plain(status: int, lang: str, detail: str | None = None) -> Response:
    """A problem that is HTTP's own: no such path, method not allowed, internal error."""
    zh, en = HTTP_TITLES.get(status, ("请求错误", "Bad request"))
    title = zh if lang == "zh" else en
    return response({"type": "about:blank", "title": title, "status": status, "detail": detail or title})
