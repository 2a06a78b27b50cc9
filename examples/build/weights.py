"""Question 24: results of 2015 and 2016 in 麻江县, each with the weights that were used. All of them are invented."""

from __future__ import annotations

from typing import Any

from examples.build.ledger import Ledger
from examples.build.offices import body

_TOLD = "2020-11-25"
_OLD, _OWN, _REST = "0.02", "0.50", None
_Parts = tuple[tuple[str | None, str | None], ...]
_RESULTS: tuple[tuple[str, int, str, _Parts], ...] = (
    ("dept-1", 2015, "2016-01-28", ((_OLD, "70"), (None, "88"))),
    ("dept-1", 2016, "2017-01-22", (("0.30", "90"), (_OWN, "80"), (_REST, None))),
    ("dept-2", 2016, "2017-01-22", ((_OLD, "60"), (_OWN, "95"), (_REST, None))),
)
"""Department, year, day recorded, and of each part its weight and score."""
_PARTS = ("脱贫攻坚实绩", "单位职能业务", "其他(办法未述)")


def weights(led: Ledger, county: str, township: str) -> dict[str, Any]:
    """Two departments and a township; the case."""
    names = {"dept-1": "麻江县示例部门1", "dept-2": "麻江县示例部门2"}
    for key, name in names.items():
        body(led, _TOLD, f"522635-{key}", name, ["sector-department"], place=county, kind="department")
    results = [_result(led, f"syn-52-body-522635-{key}", year, on, parts) for key, year, on, parts in _RESULTS]
    town = _result(led, township, 2016, "2017-01-22", (("0.35", "85"),))
    first, second, third = results
    return {
        "log": led.log,
        "county": county,
        "township": township,
        "valid_at": "2017-06-30",
        "old": first,
        "new": second,
        "by_the_old_scheme": third,
        "town": town,
        "recomputed": {"points": "67.00", "of_weight": "0.80", "rest": "0.20"},
        "shows": "2015 by two hundredths, 2016 by thirty; what a fifth of the result of 2016 is made of nobody knows",
    }


def _result(led: Ledger, subject: str, year: int, on: str, parts: _Parts) -> dict[str, Any]:
    which = led.fresh("evaluation")
    components = [
        {key: value for key, value in (("name", name), ("weight", weight), ("score", score)) if value is not None}
        for name, (weight, score) in zip(_PARTS, parts, strict=False)
    ]
    data = {"evaluation_id": which, "subject": subject, "year": year, "grade": "good", "components": components}
    event = led.record(_TOLD, "evaluation.recorded", {**data, "recorded_on": on})
    return {"evaluation": which, "event": event, "subject": subject, "year": year, "components": components}
