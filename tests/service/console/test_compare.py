"""The page that compares two days, or one day as known at two times."""

from __future__ import annotations

import httpx
import pytest

from projections.answers.chain import of_place
from projections.answers.statements import Statements
from service.console.compare import presets
from service.console.wording import FIELDS, Wording
from service.state import Service
from tests.projections.full_chain import fullest, small_county
from tests.service.console.visitors import key_of, read, visitor
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio

COMPARE = "/jurisdictions/c/compare"
DAY = "2018-03-05"


@pytest.fixture
async def filled(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The small tree of cn-62; a payment relied on a holder whose appointment was annulled afterwards."""
    await posted(
        client,
        *TREE,
        event("7", "funds.disbursed", disbursement_id="m", jurisdiction_id="c", amount="640000.00",
              disbursed_on="2018-03-06", approved_by={"person_id": "x", "post_id": "s"}),
        event("8", "record.annulled", annuls_event_id="5", reason="误录"),
        event("9", "evaluation.recorded", evaluation_id="e", subject="c", recorded_on="2018-04-01"),
    )  # fmt: skip
    return client


async def test_two_states_of_knowledge_side_by_side(filled: httpx.AsyncClient, service: Service) -> None:
    """The post was held and is vacant; the annulment is named with what it annuls, and what was reported meanwhile."""
    async with visitor(service) as browser:
        page = await read(browser, COMPARE, valid_at=DAY, compared_to="@7", known_at="@8")
        only = await read(browser, page.links["只看此条前后"])
    assert "县委书记 状态 在任 空缺" in page.text
    assert "任职 示例甲 · 实任 · 确定 · 2016-08 → … ○ 没有" in page.text
    assert "#7 记录撤销" in page.text
    assert "更正 #4" in page.text
    meanwhile = page.text[page.text.index("旧说法期间录入") :]
    assert "#6 资金拨付" in meanwhile
    assert "#8 考核结果" not in meanwhile
    assert "县委书记 状态 在任 空缺" in only.text


async def test_two_days_side_by_side(filled: httpx.AsyncClient, service: Service) -> None:
    """The earlier day stands on the left, whichever was named first; the entries of both sides are listed."""
    async with visitor(service) as browser:
        page = await read(browser, COMPARE, valid_at="2015-01-01", compared_valid_at=DAY, known_at="@7")
    assert "状态 空缺 在任" in page.text
    assert "#4 任职开始" in page.text
    assert "旧说法期间" not in page.text


async def test_where_nothing_differs_it_says_so(filled: httpx.AsyncClient, service: Service) -> None:
    """Two days on which the chain says the same."""
    async with visitor(service) as browser:
        page = await read(browser, COMPARE, valid_at=DAY, compared_valid_at="2018-03-04", known_at="@7")
    assert "没有差别:两者所述完全相同。" in page.text
    assert "由哪些记录造成" not in page.text


async def test_a_place_that_was_not_known_yet(filled: httpx.AsyncClient, service: Service) -> None:
    """Compared with a state in which the place was unknown, all that stands now is new."""
    async with visitor(service) as browser:
        page = await read(browser, COMPARE, valid_at=DAY, compared_to="@1", known_at="@7")
    assert "隶属路径不同:不在册 → 甘肃省 › 宕昌县" in page.text
    assert "县委书记 列出 ○ 没有 在任" in page.text


async def test_a_place_that_is_no_longer_known(filled: httpx.AsyncClient, service: Service) -> None:
    """Once its registration is annulled the page still tells what was there, whichever state is named first."""
    await posted(filled, event("10", "record.annulled", annuls_event_id="2", reason="误录"))
    async with visitor(service) as browser:
        pages = [
            await read(browser, COMPARE, valid_at=DAY, compared_to=one, known_at=other)
            for one, other in (("@9", "@10"), ("@10", "@9"))
        ]
    for page in pages:
        assert "隶属路径不同:甘肃省 › 宕昌县 → 不在册" in page.text
        assert "#9 记录撤销" in page.text


async def test_no_link_leads_to_a_place_before_it_was_known(client: httpx.AsyncClient, service: Service) -> None:
    """Neither a side that does not know the place nor an entry from before its registration can be looked at here."""
    head = event("7", "post.established", post_id="g", title_zh="省长", jurisdiction_id="p")
    start = event("8", "appointment.started", appointment_id="b", person_id="x", post_id="g", effective_from="2017")
    first, second, *others = TREE
    annulled = event("9", "record.annulled", annuls_event_id="2", reason="误录")
    last = event("10", "appointment.ended", appointment_id="b", effective_until="2018-01")
    await posted(client, first, TREE[3], head, start, second, others[0], *others[2:], annulled, last)
    async with visitor(service) as browser:
        for one, other, sides, entries in (("@1", "@8", 1, 4), ("@8", "@10", 1, 1), ("@5", "@8", 2, 3)):
            page = await read(browser, COMPARE, valid_at=DAY, compared_to=one, known_at=other)
            assert page.text.count("看此链") == sides, page.text
            assert page.text.count("只看此条前后") == entries, page.text
            main = page.hrefs[page.hrefs.index(page.links["与一年前比较"]) :]
            for href in main:
                if href.startswith(("/jurisdictions/", "/posts/")):
                    await read(browser, href)


async def test_what_one_line_does_not_tell_has_lines_of_its_own(filled: httpx.AsyncClient, service: Service) -> None:
    """A letter's number and dates stand in its line; its kind, a portfolio and what a post claims beside it."""
    start = event("10", "appointment.started", appointment_id="b", person_id="x", post_id="s",
                  effective_from="2016-08")  # fmt: skip
    signed = {
        "letter_id": "l2", "signatory": {"person_id": "x", "post_id": "s"}, "signed_on": "2017-03-02",
        "document_number": "1号", "effective_from": "2017-01-01", "kind": "exit-letter",
    }  # fmt: skip
    await posted(filled, start, {**event("11", "responsibility-letter.signed"), "data": signed})
    later = signed | {"document_number": "2号", "kind": "principal-letter", "effective_from": "2016-01-01"}
    post = {"post_id": "s", "title_zh": "县委书记", "jurisdiction_id": "c", "functions": ["party-principal"],
            "responsibilities": [{"role": "第一责任人"}]}  # fmt: skip
    await posted(
        filled,
        event("12", "record.corrected", corrects_event_id="11", corrected_payload=later, reason="误录"),
        event("13", "portfolio.assigned", appointment_id="b", areas=["扶贫", "财政"], effective_from="2017-01-01"),
        event("14", "record.corrected", corrects_event_id="3", corrected_payload=post, reason="误录"),
    )
    async with visitor(service) as browser:
        page = await read(browser, COMPARE, valid_at=DAY, compared_to="@11", known_at="@14")
        english = await read(browser, COMPARE, valid_at=DAY, compared_to="@11", known_at="@14", lang="en")
    assert "签于 2017-03-02 · 2017-01-01 → …" in page.text
    assert "签于 2017-03-02 · 2016-01-01 → …" in page.text
    assert "责任书 2号 · 种类 脱贫责任书 主体责任书" in page.text
    assert "责任书 2号 · 晚签(天) 60 426" in page.text
    assert "任职 示例甲 · 分管 ○ 没有 分管领域 扶贫、财政、生效日期 2017-01-01" in page.text
    assert "登记者自述的责任 无 名称 第一责任人" in page.text
    assert "letter 2号 · signed late (days) 60 426" in english.text
    assert "holder 示例甲 · in charge of ○ nothing areas 扶贫, 财政, effective from 2017-01-01" in english.text


async def test_every_field_that_is_compared_has_words() -> None:
    """Whatever the API may find to differ in a chain is called by a name in both languages."""
    answer = await of_place(fullest(small_county()).scene(DAY), "c")
    assert {key.field for key in Statements.of(answer).said} <= FIELDS.keys()
    unknown = Wording("en", {})
    assert (unknown.field("added_tomorrow"), unknown.value("added_tomorrow", {"kind": 1})) == (
        "added tomorrow",
        "kind 1",
    )


async def test_the_form_and_what_to_do_next(filled: httpx.AsyncClient, service: Service) -> None:
    """Without a second time the page asks for one; with two of them it says that one is compared at a time."""
    async with visitor(service) as browser:
        alone = await read(browser, COMPARE, valid_at=DAY)
        both = await read(browser, COMPARE, valid_at=DAY, compared_valid_at="2017-03-05", compared_to="@7")
        wrong = await read(browser, COMPARE, 422, valid_at=DAY, compared_to="@99x")
        preset = await read(browser, alone.links["与一年前比较"])
    assert "请填写要比较的另一天" in alone.text
    assert "一次只能比较两天,或比较同一天的两次知悉" in both.text
    assert "compared_to" in wrong.text
    assert "known_at" not in wrong.text
    assert (wrong.fields["compared_to"], wrong.fields["valid_at"]) == ("@99x", DAY)
    assert "2017-03-05" in preset.text
    assert alone.links["首次录入此地时所知"].endswith("compared_to=%402")


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"valid_at": DAY, "compared_to": "@7", "known_at": "2018-3-5"}, "known_at"),
        ({"valid_at": "2018-02-30", "compared_to": "@7", "known_at": "@8"}, "valid_at"),
        ({"valid_at": DAY, "compared_to": "@99"}, "compared_to"),
        ({"valid_at": DAY, "compared_valid_at": "2018"}, "compared_valid_at"),
    ],
)
async def test_a_form_with_a_fault_is_shown_again(
    filled: httpx.AsyncClient, service: Service, asked: dict[str, str], names: str
) -> None:
    """What was filled in stays, and the page says which parameter is wrong; its links lead on."""
    async with visitor(service) as browser:
        page = await read(browser, COMPARE, 422, **asked)
        await read(browser, page.links["责任链"])
        await read(browser, page.links["与一年前比较"])
    assert f"参数 {names} 的值 {asked[names]} 无效" in page.text
    assert asked.items() <= page.fields.items()
    assert "看此链" not in page.text


async def test_in_english(filled: httpx.AsyncClient, service: Service) -> None:
    """The words of the comparison are English."""
    async with visitor(service) as browser:
        page = await read(browser, COMPARE, valid_at=DAY, compared_to="@7", known_at="@8", lang="en")
    assert "县委书记 status held vacant" in page.text
    assert "record annulled" in page.text


async def test_a_key_that_may_not_list_entries(filled: httpx.AsyncClient, service: Service) -> None:
    """An inspector of one place sees what differs; what was decided meanwhile needs a wider key and is left out."""
    key = await key_of(service, "inspector", jurisdictions=("c",))
    async with visitor(service, key) as browser:
        page = await read(browser, COMPARE, valid_at=DAY, compared_to="@7", known_at="@8")
    assert "县委书记 状态 在任 空缺" in page.text
    assert "旧说法期间" not in page.text


@pytest.mark.parametrize(
    ("day", "year", "month"),
    [
        ("2020-02-29", "2019-02-28", "2020-01-28"),
        ("2018-01-31", "2017-01-31", "2017-12-28"),
        ("0001-01-01", "0001-01-01", "0001-12-01"),
    ],
)
def test_days_of_presets(day: str, year: str, month: str) -> None:
    """One year and one month earlier are days of the calendar, at its edges too."""
    found = presets({"valid_at": day, "known_at": None}, None)
    assert [one["params"]["compared_valid_at"] for one in found][:2] == [year, month]


@pytest.mark.parametrize(("post", "step"), [("..", "%2E%2E"), ("a b&c", "a%20b%26c")])
async def test_ids_of_any_text_lead_to_their_pages(
    client: httpx.AsyncClient, service: Service, post: str, step: str
) -> None:
    """A post that differs leads to its own page, whatever its id is made of."""
    established = event("7", "post.established", post_id=post, title_zh="镇长", jurisdiction_id="c",
                        effective_from="2016-01-01")  # fmt: skip
    appointed = event("8", "appointment.started", appointment_id="b", person_id="x", post_id=post,
                      effective_from="2018-01-01")  # fmt: skip
    await posted(client, *TREE, established, appointed)
    async with visitor(service) as browser:
        page = await read(browser, COMPARE, valid_at=DAY, compared_valid_at="2017-06-01", known_at="@8")
        assert page.links["镇长"].startswith(f"/posts/{step}/timeline")
