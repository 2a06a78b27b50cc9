"""Amounts of money: as a page shows them, and as people write them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

_AMOUNT: Final = re.compile(r"(-?)([0-9]{1,40})((?:\.[0-9]*)?)")


def money(text: str | None) -> str:
    """An amount of yuan with its thousands apart: `1,250,000.00`; what is no amount as it is."""
    if text is None:
        return "—"
    found = _AMOUNT.fullmatch(text)
    return text if found is None else f"{found[1]}{int(found[2]):,}{found[3]}"


def yuan(text: str | None) -> str:
    """`1,250,000.00 元`, where the text is an amount."""
    told = money(text or None)
    return f"{told} 元" if _AMOUNT.fullmatch(text or "") else told


def written(text: str) -> Decimal | None:
    """An amount as people write it; None where it is none."""
    try:
        amount = Decimal(text.replace(",", "").replace(",", "").strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
