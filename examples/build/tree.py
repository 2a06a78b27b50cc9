"""Places: the real ones of the tables, the placeholders of places that no source names."""

from __future__ import annotations

from collections.abc import Iterable

from examples.build.ledger import DIVISIONS, FACTS, SYNTHETIC, Ledger
from examples.build.sources import TABLES_BASIS, Division, cited, facts, upper


def place_id(code: str) -> str:
    """The id of a real place. It is opaque and stays when the code changes."""
    return f"j-{code}"


def village_name(name: str) -> str:
    """The name of the village for the committee that the tables list (邓桥村委会 to 邓桥村)."""
    if name.endswith("村委会"):
        stem = name.removesuffix("村委会")
        return stem if stem.endswith("村") else f"{stem}村"
    return name.removesuffix("居委会") if name.endswith("社区居委会") else name


def register(led: Ledger, on: str, rows: Iterable[Division], aliases: dict[str, list[str]] | None = None) -> None:
    """Register rows of the division tables, parents first as the tables have them."""
    for row in rows:
        name = village_name(row.name) if row.level == "village" else row.name
        other = [*(aliases or {}).get(row.code, []), *([row.name] if name != row.name else [])]
        led.record(
            on,
            "jurisdiction.registered",
            {
                "jurisdiction_id": place_id(row.code),
                "code": row.code,
                "name_zh": name,
                "aliases": other or None,
                "level": row.level,
                "parent_id": place_id(row.parent_code) if row.parent_code else None,
                "basis": TABLES_BASIS,
            },
            DIVISIONS,
        )


def path(*codes: str) -> list[Division]:
    """Rows of the upper table, by code."""
    return [upper(code) for code in codes]


def placeholder(led: Ledger, on: str, place: str, code: str, name: str, level: str, parent: str, basis: str) -> str:
    """Register a synthetic place; its id."""
    led.record(
        on,
        "jurisdiction.registered",
        {
            "jurisdiction_id": place,
            "code": code,
            "name_zh": name,
            "level": level,
            "parent_id": parent,
            "basis": basis,
        },
        SYNTHETIC,
    )
    return place


def instrument(led: Ledger, on: str, name: str, scope: list[str], legal_basis: list[str] | None = None) -> None:
    """Record that an instrument of the seed texts was issued; dates it does not state stay absent."""
    known = next(item for item in facts("instruments") if item["id"] == name)
    led.record(
        on,
        "instrument.issued",
        {
            "instrument_id": name,
            "title_zh": known["title"],
            "document_number": known["document_number"],
            "status": "draft" if "讨论稿" in known["status"] else "in-force",
            "printed_on": known["printed"],
            "effective_from": known.get("effective"),
            "legal_basis": legal_basis,
            "scope_jurisdictions": scope,
            "basis": ";".join(cited(evidence) for evidence in known["evidence"]),
        },
        FACTS,
    )


def listed(led: Ledger, on: str, place: str, name: str, since: str, source: str, basis: str, criterion: str) -> None:
    """Put a place on a list."""
    led.record(
        on,
        "designation.listed",
        {
            "list": name,
            "jurisdiction_id": place,
            "criterion": criterion,
            "effective_from": since,
            "basis": basis,
        },
        source,
    )
