"""Why a signature or a key is refused: each reason, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

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
    "sm2-missing": (
        "本机没有 SM2(缺 gmssl-pyx),无法验证",
        "this installation has no SM2 (gmssl-pyx) and cannot verify it",
    ),
}
