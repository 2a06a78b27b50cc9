"""Names and numbers that a rule's parameters give, checked when its pack is read: registers, kinds of step. Pure."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import AfterValidator

from projections.folds.registers import OF_KIND, REGISTERS


def _register(name: str) -> str:
    if name not in REGISTERS:
        raise ValueError(f"should be a register: one of {', '.join(sorted(REGISTERS))}")
    return name


def _step(name: str) -> str:
    if name not in OF_KIND:
        raise ValueError("should be a kind of the catalogue that is a step of a matter, such as exit.approved")
    return name


def _number(text: str) -> str:
    try:
        known = Decimal(text).is_finite()
    except InvalidOperation:
        known = False
    if not known:
        raise ValueError("should be a number as text: '12.5'")
    return text


Register = Annotated[str, AfterValidator(_register)]
"""Where matters of one sort are kept: `visit`, `project`, `exit`..."""
StepKind = Annotated[str, AfterValidator(_step)]
Number = Annotated[str, AfterValidator(_number)]
