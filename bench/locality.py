"""One place of the synthetic history: it tells what happens in it, month by month, from seeded chance.

Everything is invented. A place tells the same at every size of the history: what grows with the size
is the number of places, never what one of them has to tell.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final
from zlib import crc32

FIRST_YEAR: Final = 2015
MONTHS: Final = 72
"""January 2015 to December 2020."""
OVERWRITES: Final = 10
"""How often an appointment is corrected at the most."""

Data = dict[str, Any]
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One event, and the place that tells it: what one place tells must be recorded in its order."""

    place: str
    event: Event


@dataclass(slots=True)
class Seat:
    """A post and who holds it now."""

    post: str
    person: str | None = None
    appointment: str | None = None


@dataclass(slots=True)
class _Overwriting:
    """An appointment whose start is corrected once a month, as often as is left."""

    event: str
    data: Data
    month: int
    """When it began."""
    left: int


def year_of(month: int) -> int:
    """The year of a month, counted from January 2015."""
    return FIRST_YEAR + month // 12


def day_of(month: int, day: int) -> str:
    """A day of a month, counted from January 2015."""
    return f"{year_of(month)}-{month % 12 + 1:02d}-{day:02d}"


class Locality(ABC):
    """A place with its posts, bodies and papers; what it tells waits in `told` until it is taken."""

    level: str

    def __init__(self, code: str, name: str, above: Locality | None = None) -> None:
        self.code = code
        self.name = name
        self.above = above
        self.id = f"j-{code}"
        self.told: list[Told] = []
        self.rng = Random(code)
        self.month = 0
        self._serial = 0
        self._overwriting: list[_Overwriting] = []

    def take(self) -> list[Told]:
        """What was told since the last time."""
        told, self.told = self.told, []
        return told

    @abstractmethod
    def begin(self) -> None:
        """Tell what is on record from the start."""

    def live(self, month: int) -> None:
        """Tell what happens in a month."""
        self.month = month
        self._overwrite()
        self.act(month)

    @abstractmethod
    def act(self, month: int) -> None:
        """Tell what this kind of place has to tell of a month, beside corrections."""

    def overwrites(self, appointment: str) -> int:
        """How often the start of an appointment is corrected: a tenth of them, once to ten times."""
        chance = crc32(appointment.encode())
        return 1 + chance // 10 % OVERWRITES if chance % 10 == 0 else 0

    def day(self) -> str:
        """Some day of the present month."""
        return day_of(self.month, self.rng.randint(1, 28))

    def fresh(self, word: str) -> str:
        """A new id of this place."""
        self._serial += 1
        return f"{word}-{self.code}-{self._serial}"

    def amount(self, least: int, most: int) -> str:
        """Some amount of money, in yuan."""
        return f"{self.rng.randint(least, most)}000.00"

    def tell(self, kind: str, data: Data) -> str:
        """Tell an event; its id. The first field of `data` is the id of what it is about."""
        self._serial += 1
        event_id = f"e-{self.code}-{self._serial}"
        event = {
            "specversion": "1.0",
            "id": event_id,
            "source": f"urn:example:bench:{self.code[:6]}",
            "type": kind,
            "time": f"{day_of(self.month, 28)}T09:{self._serial % 60:02d}:00+08:00",
            "enteredby": f"clerk-{self.code[:6]}",
            "data": data,
        }
        self.told.append(Told(self.id, event))
        return event_id

    def register(self) -> None:
        """Tell the place itself."""
        data = {"jurisdiction_id": self.id, "code": self.code, "name_zh": self.name, "level": self.level}
        self.tell("jurisdiction.registered", data if self.above is None else data | {"parent_id": self.above.id})

    def body(self, key: str, name: str, kind: str, functions: Sequence[str]) -> str:
        """Tell a body of the place; its id."""
        which = f"b-{self.code}-{key}"
        data = {"body_id": which, "name_zh": f"{self.name}{name}", "body_type": kind, "jurisdiction_id": self.id}
        self.tell("body.established", data | {"functions": list(functions)})
        return which

    def seat(self, key: str, title: str, functions: Sequence[str], *, body: str | None = None) -> Seat:
        """Tell a post, of the place or of a body."""
        post = f"s-{self.code}-{key}"
        where = {"jurisdiction_id": self.id} if body is None else {"body_id": body}
        data = {"post_id": post, "title_zh": f"{self.name}{title}", **where, "functions": list(functions)}
        self.tell("post.established", data)
        return Seat(post)

    def appoint(self, seat: Seat, start: Data, *, person: str | None = None, capacity: str = "substantive") -> None:
        """Tell who holds a post from now on, a new person unless one is given."""
        if person is None:
            person = self.fresh("x")
            self.tell("person.registered", {"person_id": person, "name_zh": f"示例干部{person[2:]}"})
        seat.person, seat.appointment = person, self.fresh("a")
        data = {
            "appointment_id": seat.appointment,
            "person_id": person,
            "post_id": seat.post,
            "capacity": capacity,
            **start,
            "decision_document": f"示例任字〔{year_of(self.month)}〕{self._serial}号",
        }
        event = self.tell("appointment.started", data)
        left = self.overwrites(seat.appointment)
        if left:
            self._overwriting.append(_Overwriting(event, data, self.month, left))

    def leave(self, seat: Seat, reason: str = "transfer") -> None:
        """Tell that the holder of a post left it."""
        data = {"appointment_id": seat.appointment, "reason": reason, "effective_until": self.day()}
        self.tell("appointment.ended", data)
        seat.person = seat.appointment = None

    def see(self, seat: Seat) -> None:
        """Tell that the holder of a post was seen in office."""
        if seat.appointment is not None:
            self.tell("appointment.observed", {"appointment_id": seat.appointment, "on": self.day()})

    def sign(self, seat: Seat, kind: str, towards: str, second: Seat | None = None) -> None:
        """Tell this year's letter of the holder of a post, countersigned where a second signer is given."""
        if seat.person is None:
            return
        letter, year = self.fresh("l"), year_of(self.month)
        data = {
            "letter_id": letter,
            "kind": kind,
            "signatory": {"person_id": seat.person, "post_id": seat.post},
            "counterparty": towards,
            "scope": self.id,
            "signed_on": self.day(),
            "effective_from": f"{year}-01-01",
            "effective_until": f"{year + 1}-01-01",
            "document_number": f"示例责字〔{year}〕{self._serial}号",
        }
        self.tell("responsibility-letter.signed", data)
        if second is not None and second.person is not None:
            signatory = {"person_id": second.person, "post_id": second.post}
            told = {"letter_id": letter, "signatory": signatory, "role": "co-principal", "signed_on": self.day()}
            self.tell("responsibility-letter.countersigned", told)

    def fund(self, allocator: Locality | None, recipient: str) -> None:
        """Tell this year's allocation to a recipient, passed on from what the allocator got."""
        if allocator is None:
            return
        year = year_of(self.month)
        data = {
            "allocation_id": f"y-{recipient}-{year}",
            "source": "central-special",
            "allocator_id": allocator.id,
            "from_allocation_id": f"y-{allocator.id}-{year}",
            "recipient_id": recipient,
            "amount": self.amount(100, 900),
            "purpose": "产业扶贫",
            "allocated_on": self.day(),
        }
        self.tell("funds.allocated", data)

    def visit(self, seats: Iterable[Seat], place: str, purpose: str) -> None:
        """Tell that the holders of some posts visited a place."""
        visitors = [{"person_id": seat.person, "post_id": seat.post} for seat in seats if seat.person is not None]
        if visitors:
            data = {"visit_id": self.fresh("v"), "visitor": visitors, "place_id": place, "started_on": self.day()}
            self.tell("visit.made", data | {"nights": self.rng.randint(0, 2), "purpose": purpose})

    def report(self, seat: Seat, recipient: str) -> None:
        """Tell the yearly report of the holder of a post."""
        if seat.person is not None:
            reporter = {"person_id": seat.person, "post_id": seat.post}
            data = {"report_id": self.fresh("r"), "reporter": reporter, "recipient": recipient, "kind": "annual"}
            self.tell("report.submitted", data | {"submitted_on": self.day()})

    def meet(self, body: str, kind: str, seats: Iterable[Seat]) -> None:
        """Tell a meeting of a body."""
        present = [{"person_id": seat.person, "post_id": seat.post} for seat in seats if seat.person is not None]
        data = {"meeting_id": self.fresh("m"), "kind": kind, "body_id": body, "held_on": self.day()}
        self.tell("meeting.held", data | {"attendees": present, "decisions": ["研究扶贫项目安排"]})

    def _overwrite(self) -> None:
        """Correct what is still to be corrected, once a month: the fact itself is named each time."""
        for one in self._overwriting:
            one.left -= 1
            payload = {**one.data, "effective_from": day_of(one.month, 1 + one.left)}
            payload.pop("held_by", None)
            self.tell(
                "record.corrected",
                {"corrects_event_id": one.event, "corrected_payload": payload, "reason": "核对任职文件后更正任职日期"},
            )
        self._overwriting = [one for one in self._overwriting if one.left]
