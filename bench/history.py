"""A history like a nation's, of any size: one province, and as many counties as the size asks for.

Every county has the same shape, and every village tells the same, so that a village of a log of a
million events is exactly as rich as one of ten thousand. Months are told in order, all places in
each: what belongs to one village lies scattered over the whole log, as it does where reports arrive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bench.households import VillageOfHouseholds
from bench.locality import MONTHS, Locality, Told, day_of
from bench.territory import City, County, Province, Township
from bench.village import Village, overwritten_village

COUNTIES_A_CITY: Final = 10
PROVINCE: Final = "620000"
ASKED_ON: Final = day_of(MONTHS - 6, 15)
"""The day that is asked about: near the end of the history, when there is most to tell."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How many townships a county has, how many villages a township, how many poor households a village.

    `events` is what one county comes to.
    """

    townships: int = 6
    villages: int = 10
    events: int = 10_000
    households: int = 0


@dataclass(frozen=True, slots=True)
class Places:
    """The places to ask about, spread evenly over a history.

    Each plain village shares its township, and so the chain above it, with an overwritten one.
    """

    plain: list[str]
    overwritten: list[str]
    counties: list[str]


NATIONAL: Final = Shape()
TINY: Final = Shape(townships=1, villages=2, events=1_000)
"""For a try of the harness itself."""


def counties_of(size: int, shape: Shape) -> int:
    """How many counties a history of some size has."""
    return max(1, size // shape.events)


def history(size: int, shape: Shape = NATIONAL) -> Iterator[Told]:
    """Exactly `size` events, in the order in which they are recorded; deterministic.

    Raises ValueError where one county does not fit.
    """
    places = _places(counties_of(size, shape), shape)
    told = 0
    for one in _lived(places):
        told += 1
        yield one
    if told > size:
        raise ValueError(f"{counties_of(size, shape)} counties come to {told} events, more than {size}")
    province = places[0]
    for _ in range(size - told):
        province.tell("meeting.held", {"meeting_id": province.fresh("m"), "held_on": province.day()})
    yield from province.take()


def whole_history(counties: int, shape: Shape, months: int = MONTHS) -> Iterator[Told]:
    """What some counties with all above them tell in their first months, in the order in which it is recorded."""
    yield from _lived(_places(counties, shape), months)


def county_ids(counties: int) -> list[str]:
    """The ids of the counties of a history."""
    return [f"j-{_county_code(serial)}" for serial in range(counties)]


def province_id() -> str:
    """The id of the province of every history."""
    return f"j-{PROVINCE}"


def county_history(serial: int, shape: Shape = NATIONAL) -> list[Told]:
    """The history of one county alone, in the order in which it is recorded; what is above it tells nothing."""
    city = City(f"{_county_code(serial)[:4]}00", "示例市", Province(PROVINCE, "示例省"))
    return list(_lived(_county(_county_code(serial), serial, city, shape)))


def asked_places(size: int, shape: Shape = NATIONAL, *, most: int = 16) -> Places:
    """Up to `most` places of each sort, spread evenly over the counties and townships of a history."""
    found = Places([], [], [])
    total = counties_of(size, shape) * shape.townships
    for step in range(min(most, total)):
        county, township = divmod(step * total // min(most, total), shape.townships)
        code = _township_code(_county_code(county), township)
        found.overwritten.append(f"j-{_village_code(code, 0)}")
        found.plain.append(f"j-{_village_code(code, shape.villages // 2)}")
        if f"j-{_county_code(county)}" not in found.counties:
            found.counties.append(f"j-{_county_code(county)}")
    return found


def _lived(places: Sequence[Locality], months: int = MONTHS) -> Iterator[Told]:
    """What some places tell: what is on record from the start, then month by month, each month place by place."""
    for place in places:
        place.begin()
        yield from place.take()
    for month in range(months):
        for place in places:
            place.live(month)
            yield from place.take()


def _places(counties: int, shape: Shape) -> list[Locality]:
    """Every place, those above before those below; built before anything is told."""
    province = Province(PROVINCE, "示例省")
    places: list[Locality] = [province]
    for serial in range(counties):
        if serial % COUNTIES_A_CITY == 0:
            city = City(f"{_county_code(serial)[:4]}00", f"示例市{serial // COUNTIES_A_CITY}", province)
            places.append(city)
        places += _county(_county_code(serial), serial, city, shape)
    return places


def _county(code: str, serial: int, city: City, shape: Shape) -> list[Locality]:
    county = County(code, f"示例县{serial}", city)
    places: list[Locality] = [county]
    for number in range(shape.townships):
        inner = _township_code(code, number)
        codes = [_village_code(inner, index) for index in range(shape.villages)]
        township = Township(inner, f"示例乡{serial}-{number}", county, [f"j-{one}" for one in codes])
        places.append(township)
        for index, one in enumerate(codes):
            name = f"示例村{serial}-{number}-{index}"
            places.append(_village(one, name, township, index, county.unit(index), shape))
    return places


def _village(code: str, name: str, township: Township, index: int, unit: str, shape: Shape) -> Village:
    overwritten = overwritten_village(index)
    if shape.households:
        return VillageOfHouseholds(
            code, name, township, unit=unit, overwritten=overwritten, households=shape.households
        )
    return Village(code, name, township, unit=unit, overwritten=overwritten)


def _county_code(serial: int) -> str:
    return f"62{serial // COUNTIES_A_CITY + 1:02d}{serial % COUNTIES_A_CITY + 1:02d}"


def _township_code(county: str, number: int) -> str:
    return f"{county}{100 + number}"


def _village_code(township: str, index: int) -> str:
    return f"{township}{200 + index}"
