"""Around a dataset: who may say what, who hears of it, how it is decided, and what is left when somebody leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st
from tests.web.city import PASSWORD, City

from cityhall.cases.queries import case
from cityhall.catalog.actions import publish
from cityhall.identity.actions import change_profile, delete_person, register_person
from cityhall.identity.errors import PersonUnknown, RightMissing
from cityhall.identity.queries import actor_for_person
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, Actor, system_actor
from cityhall.ledger.queries import entries
from cityhall.messaging.actions import deliver_due, set_channel, subscribe
from cityhall.messaging.queries import notices, subscriptions
from cityhall.opening import models
from cityhall.opening.actions import (
    comment,
    decide_comment,
    decide_reuse,
    file_opening,
    leave,
    report_comment,
    set_favourite,
    show_reuse,
    watch_searches,
    withdraw_comment,
)
from cityhall.opening.errors import (
    AccountHoldsOffice,
    AccountNeeded,
    AddressNotWeb,
    CommentUnknown,
    DatasetHidden,
    SaidAlready,
    TextMissing,
    TextTooLong,
    TooMuchWritten,
)
from cityhall.opening.queries import mine, talk, waiting
from cityhall.opening.talking.rules import limit_of, plain, web_address

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")


def fresh(name: str) -> Actor:
    return actor_for_person(
        register_person(SYSTEM, name, PASSWORD, email=f"{name}@example.org", language="en")
    )


# ---- the rules, pure ----


@given(st.text(max_size=300))
def test_plain_text_is_stable_and_unseen_signs_are_gone(text: str) -> None:
    once = plain(text, 400)
    assert plain(once, 400) == once
    assert not set(once) & set("\x00\x1b\u202e\u2066\u200b\ufeff\r")
    assert "\n\n\n" not in once


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//example.org",
        "ftp://example.org",
        "https://",
        "http://a b",
        "https://u:p@x.org/",
    ],
)
def test_only_plain_web_addresses(address: str) -> None:
    with pytest.raises(AddressNotWeb):
        web_address(address)


# ---- comments ----


def test_a_comment_waits_then_is_released_answered_and_its_author_hears(
    city: City, citizen: Actor, owner: Actor
) -> None:
    change_profile(citizen, "小林", "zh-hans")
    said = comment(citizen, city.parks, "面积的单位是什么？")
    assert [one.id for one in talk(citizen, city.parks).comments] == [said]
    assert not talk(ANONYMOUS, city.parks).comments
    assert waiting(owner, {city.agency}).comments[0].id == said
    assert notices(owner.id)[0].link == "/desk/talk/"
    decide_comment(owner, said, True)
    shown = talk(ANONYMOUS, city.parks).comments[0]
    assert (shown.author, shown.official, shown.mine) == ("小林", False, False)
    comment(owner, city.parks, "平方米。", reply_to=said)
    reply = talk(ANONYMOUS, city.parks).comments[0].replies[0]
    assert reply.official
    assert reply.state == "shown"
    assert len([one for one in notices(citizen.id) if city.parks in one.link]) == 2


def test_hiding_needs_a_reason_and_the_right_of_that_agency(city: City, citizen: Actor, owner: Actor) -> None:
    said = comment(citizen, city.parks, "联系我买便宜公园")
    with pytest.raises(RightMissing):
        decide_comment(city.actors["other"], said, False, "no")
    with pytest.raises(TextMissing):
        decide_comment(owner, said, False)
    decide_comment(owner, said, False, "广告")
    assert "广告" in notices(citizen.id)[0].body.zh
    assert mine(citizen).comments[0].state == "hidden"
    assert not talk(citizen, city.parks).comments


def test_three_reports_bring_it_back_to_the_desk(city: City, citizen: Actor, owner: Actor) -> None:
    said = comment(citizen, city.parks, "hmm")
    decide_comment(owner, said, True)
    for number in range(3):
        somebody = fresh(f"reporter{number}")
        report_comment(somebody, said, "spam")
        with pytest.raises((SaidAlready, CommentUnknown)):
            report_comment(somebody, said, "spam")
    assert not talk(ANONYMOUS, city.parks).comments
    decide_comment(owner, said, True)
    assert talk(ANONYMOUS, city.parks).comments[0].reports == 0


def test_a_withdrawn_comment_loses_its_words(city: City, citizen: Actor) -> None:
    said = comment(citizen, city.parks, "sorry")
    with pytest.raises(CommentUnknown):
        withdraw_comment(fresh("stranger"), said)
    withdraw_comment(citizen, said)
    assert models.Comment.objects.get(id=said).body == ""


def test_who_may_not_write_and_about_what(city: City, citizen: Actor) -> None:
    for nobody in (ANONYMOUS, Actor("key_1", "k", "key", citizen.roles)):
        with pytest.raises(AccountNeeded):
            comment(nobody, city.parks, "hello")
    with pytest.raises(DatasetHidden):
        comment(citizen, city.draft, "hello")
    with pytest.raises(TextMissing):
        comment(citizen, city.parks, " \u200b \n")
    with pytest.raises(TextTooLong):
        comment(citizen, city.parks, "x" * 2001)
    comment(citizen, city.parks, "<script>alert(1)</script>")
    with pytest.raises(SaidAlready):
        comment(citizen, city.parks, "<script>alert(1)</script>\u200b")


def test_too_much_in_an_hour_is_refused_and_an_hour_later_not(city: City, citizen: Actor) -> None:
    for number in range(limit_of("comment").hour):
        comment(citizen, city.parks, f"comment {number}")
    with pytest.raises(TooMuchWritten):
        comment(citizen, city.parks, "one more")
    with clock.at(clock.now() + timedelta(hours=1, minutes=1)):
        comment(citizen, city.parks, "one more")


def test_the_site_may_show_comments_at_once(city: City, citizen: Actor, settings: Any) -> None:
    settings.CITYHALL_COMMENTS = "at_once"
    comment(citizen, city.parks, "quick")
    assert talk(ANONYMOUS, city.parks).comments


# ---- used by, favourites, saved searches ----


def test_a_use_is_released_by_the_agency(city: City, citizen: Actor, owner: Actor) -> None:
    shown = show_reuse(citizen, city.parks, "公园地图", "https://example.org/parks", "找最近的公园")
    assert not talk(ANONYMOUS, city.parks).reuses
    decide_reuse(owner, shown, True)
    assert talk(ANONYMOUS, city.parks).reuses[0].title == "公园地图"
    with pytest.raises(SaidAlready):
        show_reuse(fresh("copy"), city.parks, "again", "https://example.org/parks")


def test_favourites_are_private_and_twice_is_like_once(city: City, citizen: Actor) -> None:
    before = len(entries(limit=500))
    for _ in range(2):
        set_favourite(citizen, city.parks, True)
    assert mine(citizen).favourites == (city.parks,)
    assert talk(citizen, city.parks).favourite
    set_favourite(citizen, city.parks, False)
    assert not mine(citizen).favourites
    assert len(entries(limit=500)) == before


@pytest.fixture
def reader(city: City) -> Iterator[Actor]:
    yield fresh("reader")


def test_a_saved_search_tells_once_of_what_is_new(city: City, reader: Actor, owner: Actor) -> None:
    saved = subscribe(reader, "树", {"q": "树种"}, "mail")
    assert subscribe(reader, "again", {"q": "树种"}) == saved
    publish(owner, city.draft)
    assert watch_searches() == 0  # not yet due
    with clock.at(clock.now() + timedelta(hours=2)):
        assert watch_searches() == 1
        deliver_due()
        assert watch_searches() == 0
    letter = mail.outbox[-1]
    assert letter.to == ["reader@example.org"]
    assert letter.extra_headers["List-Unsubscribe"].startswith("<http://localhost:8000/unsubscribe/")
    set_channel(reader, saved, "none")
    assert subscriptions(reader.id)[0].channel == "none"


# ---- leaving ----


def test_leaving_takes_the_person_out_of_everything(city: City, reader: Actor, owner: Actor) -> None:
    change_profile(reader, "Reader", "en")
    public = comment(reader, city.parks, "public words")
    decide_comment(owner, public, True)
    private = comment(reader, city.parks, "never shown")
    asked = file_opening(reader, city.parks, "", "my reason", "my purpose")
    set_favourite(reader, city.parks, True)
    leave(reader)
    with pytest.raises(PersonUnknown):
        actor_for_person(reader.id)
    shown = models.Comment.objects.get(id=public)
    assert (shown.person_id, shown.author, shown.body) == ("", "", "public words")
    assert models.Comment.objects.get(id=private).body == ""
    row = models.Request.objects.get(number=asked)
    assert (row.person_id, row.state) == ("", "withdrawn")
    reporter = case(owner, asked).reporter
    assert reporter is not None
    assert (reporter.person, reporter.name, reporter.email) == ("", "", "")
    assert not models.Favourite.objects.filter(person_id=reader.id).exists()
    assert entries(actor=reader.id, limit=1), "the ledger keeps what was done"


def test_whom_an_operator_deletes_leaves_no_more_behind_than_whoever_leaves(city: City, owner: Actor) -> None:
    reader = fresh("reader")
    public = comment(reader, city.parks, "public words")
    decide_comment(owner, public, True)
    private = comment(reader, city.parks, "never shown")
    asked = file_opening(reader, city.parks, "", "my reason", "my purpose")
    set_favourite(reader, city.parks, True)
    delete_person(city.actors["operator"], reader.id)
    shown = models.Comment.objects.get(id=public)
    assert (shown.person_id, shown.author, shown.body) == ("", "", "public words")
    assert models.Comment.objects.get(id=private).body == ""
    assert not models.Favourite.objects.filter(person_id=reader.id).exists()
    row = models.Request.objects.get(number=asked)
    assert (row.person_id, row.state) == ("", "filed"), "the agency still answers what was asked"


def test_an_office_is_not_left_by_deleting_the_account(owner: Actor) -> None:
    with pytest.raises(AccountHoldsOffice):
        leave(owner)
