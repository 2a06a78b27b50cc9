"""A village of the synthetic history: its posts, the unit that helps it, and six years of its papers."""

from __future__ import annotations

from typing import Final

from bench.locality import OVERWRITES, Data, Locality, day_of, year_of

INVENTORY: Final[Data] = {"held_by": "2015-01-15"}
"""The holders found by the first inventory: since when they hold their posts is not known."""
ARRIVALS: Final = (7, 31, 55)
"""The months in which a first secretary arrives: August of 2015, 2017 and 2019."""
SIGNING, FUNDING, PUBLISHING, PAYING, REPORTING, EVALUATING = 1, 4, 6, 8, 10, 11
"""Months of the year, January being 0."""
BUILDING: Final = (14, 38)
"""The months in which a project is proposed."""
AUDITED: Final = (20, 44)
"""The months in which a finding is raised."""
EXIT: Final = 57
"""The month in which the village is proposed for exit."""


class Village(Locality):
    """A village; where `overwritten`, every appointment of it is corrected ten times."""

    level = "village"

    def __init__(self, code: str, name: str, above: Locality, *, unit: str, overwritten: bool) -> None:
        super().__init__(code, name, above)
        self.unit = unit
        self.overwritten = overwritten
        self._turn = 18 + self.rng.randrange(12)
        """The month in which the secretary changes; the chair half a year later."""

    def overwrites(self, appointment: str) -> int:
        """Of ten villages one is overwritten whole, the others not at all: that is a tenth of them."""
        del appointment
        return OVERWRITES if self.overwritten else 0

    def begin(self) -> None:
        """Tell the committee, the work team, the posts, and the first holders."""
        assert self.above is not None
        self.register()
        self.committee = self.body("committee", "村民委员会", "village-committee", ["village-committee"])
        team = self.body("team", "驻村帮扶工作队", "work-team", ["work-team"])
        self.secretary = self.seat("secretary", "党支部书记", ["village-party-secretary"])
        self.chair = self.seat("chair", "村民委员会主任", ["village-head"], body=self.committee)
        self.first = self.seat("first", "驻村第一书记", ["first-secretary"])
        self.leader = self.seat("leader", "驻村帮扶工作队队长", ["work-team"], body=team)
        self.appoint(self.secretary, INVENTORY)
        self.appoint(self.chair, INVENTORY)
        listing = {"jurisdiction_id": self.id, "list": "poor-village", "criterion": "poverty-rate"}
        self.tell("designation.listed", listing | {"criterion_value": "0.32", "effective_from": "2015-01-01"})
        pairing = {"pairing_id": self.fresh("p"), "helper": self.unit, "assisted": self.id}
        self.tell("pairing.started", pairing | {"kind": "fixed-point-unit", "effective_from": "2015-08"})

    def act(self, month: int) -> None:
        """Tell what a village has to tell of a month."""
        self._change_hands(month)
        year, of_year = divmod(month, 12)
        if of_year % 3 == 2:
            self.visit([self.first, self.leader], self.id, "assistance")
        if year > 0:
            self._year(of_year)
        if month in BUILDING:
            self._build(f"g-{self.code}-{month}")
        if month - 9 in BUILDING:
            self._accept(f"g-{self.code}-{month - 9}")
        for raised in AUDITED:
            if month >= raised:
                self._rectify(f"{self.code}-{raised}", month - raised)
        if month >= EXIT:
            self._exit(f"w-{self.code}", month - EXIT)

    def _change_hands(self, month: int) -> None:
        for seat, turn in ((self.secretary, self._turn), (self.chair, self._turn + 6)):
            if month == turn:
                self.leave(seat)
            if month == turn + 1:
                self.appoint(seat, {"effective_from": day_of(month, 1)})
            if month in (turn - 12, turn + 12):
                self.see(seat)
        if month not in ARRIVALS:
            return
        if self.first.person is not None:
            self.leave(self.leader, "term-end")
            self.leave(self.first, "term-end")
        self.appoint(self.first, {"effective_from": day_of(month, 15), "sending_unit_id": self.unit})
        self.appoint(self.leader, {"held_by": day_of(month, 28)}, person=self.first.person, capacity="concurrent")

    def _year(self, of_year: int) -> None:
        assert self.above is not None
        if of_year == SIGNING:
            self.sign(self.secretary, "principal-letter", self.above.id, self.chair)
            self.sign(self.first, "assistance-letter", self.above.id)
        if of_year == FUNDING:
            self.fund(self.above.above, self.id)
        if of_year == PUBLISHING:
            posting = {"posting_id": self.fresh("n"), "channel": "board", "subject_id": self.id}
            self.tell("publicity.posted", posting | {"items": ["content", "funding"], "posted_from": self.day()})
            self.meet(self.committee, "household-deliberation", [self.secretary, self.chair, self.first])
        if of_year in (PAYING, PAYING + 2):
            self._pay()
        if of_year == REPORTING:
            self.report(self.first, self.unit)
            measure = {"measure_id": self.fresh("h"), "kind": "industry", "beneficiary_id": self.id}
            delivered = {"amount": self.amount(1, 9), "delivered_on": self.day()}
            self.tell("measure.delivered", measure | delivered)
        if of_year == EVALUATING:
            evaluation = {"evaluation_id": self.fresh("k"), "subject": self.id, "year": year_of(self.month)}
            graded = {"total_score": str(self.rng.randint(70, 99)), "grade": "good", "recorded_on": self.day()}
            self.tell("evaluation.recorded", evaluation | graded)

    def _pay(self) -> None:
        approver = {"person_id": self.secretary.person, "post_id": self.secretary.post}
        data: Data = {
            "disbursement_id": self.fresh("d"),
            "project_id": f"g-{self.code}-{BUILDING[self.month >= BUILDING[1]]}",
            "jurisdiction_id": self.id,
            "payer": self.committee,
            "payee": self.unit,
            "amount": self.amount(5, 40),
            "approved_on": day_of(self.month, 3),
            "disbursed_on": day_of(self.month, 9),
        }
        self.tell("funds.disbursed", data | {"approved_by": approver} if self.secretary.person else data)

    def _build(self, project: str) -> None:
        named = {"project_id": project, "name_zh": f"{self.name}道路硬化", "jurisdiction_id": self.id}
        proposed = {"proposer_id": self.committee, "kind": "road", "budget": "300000.00", "proposed_on": self.day()}
        self.tell("project.proposed", named | proposed)
        approved = {"approved_by": self.unit, "approved_amount": "280000.00", "approved_on": day_of(self.month + 1, 9)}
        self.tell("project.approved", named | approved)

    def _accept(self, project: str) -> None:
        accepted = {"project_id": project, "jurisdiction_id": self.id, "accepted_by": self.unit, "result": "passed"}
        self.tell("project.accepted", accepted | {"accepted_on": self.day()})
        back = {"reimbursement_id": self.fresh("i"), "project_id": project, "amount": "270000.00"}
        self.tell("funds.reimbursed", back | {"reimbursed_on": self.day()})

    def _rectify(self, key: str, since: int) -> None:
        """A finding and its rectification, step by step over seven months."""
        finding, order = f"f-{key}", f"o-{key}"
        if since == 0:
            data = {"finding_id": finding, "jurisdiction_id": self.id, "source_kind": "audit"}
            more = {"responsible_posts": [self.secretary.post], "category": "资金滞留", "raised_on": self.day()}
            self.tell("finding.raised", data | more)
            responsible = {"rectification_id": order, "finding_id": finding, "responsible": self._responsible()}
            due = {"deadline": day_of(self.month + 3, 1), "ordered_on": day_of(self.month, 28)}
            self.tell("rectification.ordered", responsible | due)
        if since == 3:
            later = {"rectification_id": order, "deadline": day_of(self.month + 2, 1), "extended_on": self.day()}
            self.tell("rectification.extended", later)
        if since == 4:
            data = {"rectification_id": order, "completed_on": self.day(), "completed_by": self.committee}
            self.tell("rectification.completed", data)
        if since == 5:
            data = {"rectification_id": order, "verified_by": self.unit, "verdict": "confirmed"}
            self.tell("rectification.verified", data | {"verified_on": self.day()})
            recovered = {"recovery_id": self.fresh("q"), "project_id": f"g-{self.code}-{BUILDING[0]}"}
            paid_back = {"amount": "1000.00", "recovered_on": self.day(), "finding_id": finding}
            self.tell("funds.recovered", recovered | paid_back)

    def _responsible(self) -> Data:
        post = {"post_id": self.secretary.post}
        return post if self.secretary.person is None else post | {"person_id": self.secretary.person}

    def _exit(self, key: str, since: int) -> None:
        """The exit of the village, step by step over half a year."""
        steps: dict[int, tuple[str, Data]] = {
            0: ("exit.proposed", {"subject": self.id, "level": "village", "proposed_on": self.day()}),
            1: ("exit.verified", {"verifiers": [self.unit], "result": "confirmed", "verified_on": self.day()}),
            2: ("exit.publicised", {"notice_from": self.day(), "place": "村务公开栏"}),
            4: ("exit.approved", {"approved_by": self.unit, "approved_on": self.day()}),
        }
        if since in steps:
            kind, data = steps[since]
            self.tell(kind, {"exit_id": key, **data})
        if since == 5:
            lifted = {"jurisdiction_id": self.id, "list": "poor-village", "cause": "exit-approved", "exit_id": key}
            self.tell("designation.lifted", lifted | {"effective_from": self.day()})


def overwritten_village(serial: int) -> bool:
    """Whether a village, counted within its township, is the one of ten that is overwritten."""
    return serial % 10 == 0
