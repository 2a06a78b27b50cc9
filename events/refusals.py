"""Why a signature or a key is refused: each reason, and the form that is expected instead; Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SM2_MISSING: Final = "sm2-missing"
"""The reason that says nothing of the signature or the key, only of where it is looked at."""
REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "does-not-verify": ("签名与内容、密钥不符", "the signature is not that of this key over this payload"),
    "unknown-key": ("本日志此前没有登记这个密钥", "no such key is registered in this log before it"),
    "revoked": ("密钥已吊销", "the key is revoked"),
    "outside-time": ("签名时间不在密钥有效期内", "the signing time is outside the key's validity"),
    "length": ("Ed25519 签名应为 64 字节", "an Ed25519 signature has 64 bytes"),
    "der": (
        "SM2 签名应为 (r, s) 的 DER 编码,其后不得有多余字节",
        "an SM2 signature is the DER form of (r, s) with nothing after it",
    ),
    "range": ("签名中的数值超出范围", "a number of the signature is out of range"),
    "bad-key": (
        "公钥无效:不在曲线上、属小阶子群、长度或编码不对",
        "no sound public key: off the curve, of small order, or not of its length or encoding",
    ),
    "signer-id": ("签名者标识应为 1 至 8191 字节", "a signer id has 1 to 8191 bytes"),
    "possession": ("私钥持有证明不成立", "the proof of possession is not this key's signature over its statement"),
    "payload-type": (
        "payloadType 应为 application/vnd.zeren.event.v1+json",
        "the payload type is not application/vnd.zeren.event.v1+json",
    ),
    "other-log": ("载荷的 log 属性不是本日志", "the payload's attribute `log` does not name this log"),
    "no-time": ("载荷缺少签名时间 time", "the payload has no `time`, which is the signing time"),
    SM2_MISSING: (
        "本机没有 SM2(缺 gmssl-pyx),无法验证",
        "this installation has no SM2 (gmssl-pyx) and cannot verify it",
    ),
}

EXPECTED: Final[Mapping[str, tuple[str, str]]] = {
    "length": ("64 字节的 base64(RFC 8032)", "64 bytes (RFC 8032), in base64"),
    "der": (
        "(r, s) 的 DER 编码(GM/T 0003.2)的 base64,其后无字节",
        "the DER of (r, s) (GM/T 0003.2), nothing after it, in base64",
    ),
    "range": (
        "Ed25519:s 小于群的阶;SM2:r、s 在 1 至 n-1 之间",
        "of Ed25519 an s below the order of the group, of SM2 r and s from 1 to n-1",
    ),
    "bad-key": (
        "公钥的 base64:Ed25519 32 字节,SM2 64 字节(X、Y)或前加 04 共 65 字节,且在曲线上",
        "a point of the curve in base64: 32 bytes of Ed25519, or of SM2 64 (X and Y), or 65 with 04 before them",
    ),
    "signer-id": ("1 至 8191 字节的文本(UTF-8)", "a text of 1 to 8191 bytes in UTF-8"),
    "possession": (
        "该私钥对 log、key_id、algorithm、public_key 等声明的签名(docs/signing.md),base64",
        "this key's signature over the statement of log, key_id, algorithm, public_key (docs/signing.md), in base64",
    ),
    "payload-type": ("application/vnd.zeren.event.v1+json", "application/vnd.zeren.event.v1+json"),
    "other-log": ("写入的日志的编号", "the id of the log that it is posted to"),
    "no-time": ("签名时间,RFC 3339", "the signing time, an RFC 3339 instant"),
    SM2_MISSING: ("Ed25519 的签名", "a signature of Ed25519"),
}
"""What should stand in the field that is wrong, of the reasons that are of one."""
