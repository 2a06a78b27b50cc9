"""Seeded holders and letters for the many posts that no case needs: dates as vague as real ones are.

Of 16,222 collected real posts 62 % have no known start and 23 % only a month; the choice below
follows that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from examples.build.ledger import Ledger
from examples.build.letters import Paper, countersign, discharge, sign, supersede
from examples.build.offices import FOR_GOOD, INVENTORY, Term, at, end, person, seen, start

_LAST_CHANGE = date(2020, 6, 30)
_CLOSED = date(2020, 12, 21)


@dataclass(frozen=True, slots=True)
class Opening:
    """How the first holders of a post come on record: the report, the inventory, dates that may be known."""

    told: str
    inventory: str
    known: tuple[str, ...]
    first: date
    first_change: date


AT_THE_START = Opening(
    "2015-01-20",
    INVENTORY,
    ("2013", "2014", "2012-05", "2013-09", "2014-03", "2014-11"),
    date(2014, 12, 1),
    date(2015, 4, 1),
)
FIRST_SECRETARIES = Opening(
    "2015-09-21", "<=2015-08-31", ("2015-08", "2015-08", "2015-07", "2015"), date(2015, 8, 15), date(2016, 3, 1)
)


def report_day(rng: Random, day: date) -> str:
    """The day on which a report about `day` is made: weeks later, now and then a year."""
    late = rng.randint(240, 480) if rng.random() < 0.06 else rng.randint(8, 60)
    told = day + timedelta(days=late)
    if told.day > 21:
        told += timedelta(days=15)
        told = told.replace(day=6)
    elif told.day > 6:
        told = told.replace(day=21)
    else:
        told = told.replace(day=6)
    return min(told, _CLOSED).isoformat()


def _inventory_after(day: date) -> date:
    """The half-year inventory that first shows a change."""
    return date(day.year, 6, 30) if (day.month, day.day) <= (6, 30) else date(day.year, 12, 31)


def _vague(rng: Random, day: date) -> str:
    """How a change of holders on `day` is known: not at all, by month, by year, by day."""
    draw = rng.random()
    if draw < 0.5:
        return f"<={_inventory_after(day).isoformat()}"
    if draw < 0.81:
        return f"{day:%Y-%m}"
    return f"{day:%Y}" if draw < 0.87 else day.isoformat()


def _changes(rng: Random, most: int, first: date) -> list[date]:
    """The days on which the holder changes, at least seven months apart."""
    span = (_LAST_CHANGE - first).days
    days = sorted(first + timedelta(days=rng.randrange(span)) for _ in range(rng.randint(0, most)))
    kept: list[date] = []
    for day in days:
        if not kept or (day - kept[-1]).days > 210:
            kept.append(day)
    return kept


def random_terms(
    led: Ledger, rng: Random, post: str, most: int = 2, sender: str | None = None, opening: Opening = AT_THE_START
) -> list[Term]:
    """Fill a post from its opening to 2020, with up to `most` changes of holder."""
    since, first, told = opening.inventory, opening.first, opening.told
    if rng.random() < 0.4:
        since = rng.choice(opening.known)
    terms = []
    for change in [*_changes(rng, most, opening.first_change), None]:
        who = person(led, told)
        more = {"sending_unit_id": sender} if sender else {}
        appointment = start(led, told, who, post, since, None, **more)
        last = change.isoformat() if change else FOR_GOOD
        terms.append(Term(who, post, appointment, first.isoformat(), last))
        if change is None:
            if rng.random() < 0.3:
                seen(led, "2020-12-06", appointment, "2020-11-30")
            break
        after = _vague(rng, change)
        if after.startswith("<="):
            _see_before(led, rng, appointment, first, change)
        told = report_day(rng, _inventory_after(change) if after.startswith("<=") else change)
        end(led, told, appointment, after)
        gap = rng.randint(20, 120) if rng.random() < 0.2 else 0
        first = change + timedelta(days=gap)
        since = _following(after, first, rng)
        if gap:
            told = max(told, report_day(rng, _inventory_after(first)))
    return terms


def _see_before(led: Ledger, rng: Random, appointment: str, first: date, change: date) -> None:
    """Where the end will be vague, the last yearly inventory saw the holder."""
    day = date(change.year - 1, 12, 31)
    if day > max(first, date(2015, 1, 15)):
        seen(led, report_day(rng, day), appointment, day.isoformat())


def _following(after: str, first: date, rng: Random) -> str:
    """The start of a successor, known about as well as the predecessor's end."""
    if after.startswith("<="):
        return f"<={_inventory_after(first).isoformat()}"
    if len(after) == len("2018"):
        return f"{first:%Y}"
    return f"{first:%Y-%m}" if len(after) == len("2018-03") else first.isoformat()


def yearly_letters(
    led: Ledger,
    rng: Random,
    terms: list[Term],
    towards: str,
    scope: str,
    other_side: list[Term],
    second: list[Term] | None = None,
    kind: str = "exit-letter",
    years: range = range(2016, 2021),
    share: float = 0.75,
) -> list[str]:
    """Sign a letter in most years, effective from New Year whenever it is signed; the ids.

    `other_side` countersigns for the counterparty, `second` as second principal.
    """
    letters: list[tuple[str, Term]] = []
    for year in years:
        day = date(year, rng.randint(1, 5), rng.randint(2, 27))
        term = at(terms, day.isoformat())
        if term is None or rng.random() > share:
            continue
        told = report_day(rng, day)
        signed_on = f"{day:%Y-%m}" if rng.random() < 0.2 else day.isoformat()
        until = f"{year + 1}-01-01" if rng.random() < 0.7 else None
        paper = Paper(signed_on, f"{year}-01-01", until, scan=rng.random() < 0.8, number=rng.random() < 0.7)
        letter = sign(led, told, kind, term, towards, scope, paper)
        partner = at(other_side, day.isoformat())
        if partner is not None and rng.random() < 0.6:
            countersign(led, told, letter, partner, "counterparty", day.isoformat())
        also = at(second or [], day.isoformat())
        if also is not None and rng.random() < 0.5:
            countersign(led, told, letter, also, "co-principal", day.isoformat())
        if letters and letters[-1][1] == term:
            supersede(led, told, letters[-1][0], letter, f"{year}-01-01")
        if until and term.last < until and rng.random() < 0.5:
            left = date.fromisoformat(term.last)
            discharge(led, max(told, report_day(rng, left)), letter, term.last[:7])
        letters.append((letter, term))
    return [letter for letter, _ in letters]
