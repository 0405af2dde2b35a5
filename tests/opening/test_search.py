"""The acceptance set of the search, over the titles of a whole city's catalogue and a few of our own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from benchmarks.many_datasets import fill
from django.db import connection, transaction
from tests.catalog.making import OPERATOR, a_draft, an_agency, an_item, steward_of, words

from cityhall.catalog.actions import draft_dataset, publish, update_dataset, withdraw
from cityhall.catalog.queries import Opening
from cityhall.collection.events import VersionLoaded
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS
from cityhall.opening.actions import follow_dataset, follow_version, look_after_search, rebuild_search
from cityhall.opening.models import DatasetUse, SearchEntry, SearchState
from cityhall.opening.queries import Found, Search, search, search_sound, search_stale, suggestions
from cityhall.warehouse.events import VersionCommitted

OWN = {
    "repair-info": ("房屋维修信息", "House repairs"),
    "repair-fund": ("住宅专项维修资金", "Repair fund of homes"),
    "maintenance": ("电梯维保单位", "Lift maintenance firms"),
    "codes": ("证券代码对照表", "Codes of securities"),
    "pm": ("PM2.5小时浓度", "PM2.5 by the hour"),
    "year": ("2021年度公交客流", "Bus passengers in 2021"),
    "hospital": ("医院科室", "Hospital departments"),
    "library": ("少兒圖書館藏書", "Children's library"),
}


@pytest.fixture(scope="module")
def agency(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Wenzhou's catalogue, and the datasets above published by one more agency."""
    with django_db_blocker.unblock(), transaction.atomic():
        fill(2149)
        own = an_agency(1)
        for code, (zh, en) in OWN.items():
            publish(OPERATOR, draft_dataset(OPERATOR, a_draft(own, code=code, title=words(en, zh))))
        yield own
        transaction.set_rollback(True)


def find(text: str, **more: Any) -> Found:
    return search(ANONYMOUS, Search(text=text, **more))


def codes(found: Found) -> list[str]:
    return [hit.entry.code for hit in found.hits]


def exact(found: Found) -> list[str]:
    return [hit.entry.code for hit in found.hits if not hit.close]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("维修信息", "repair-info"),
        ("证券代码", "codes"),
        ("维保", "maintenance"),
        ("保单", "maintenance"),  # in the middle of a title
        ("專項維修資金", "repair-fund"),  # traditional finds simplified
        ("少儿图书馆藏书", "library"),  # simplified finds traditional
        ("2021年度", "year"),
        ("２０２１公交客流", "year"),
        ("PM2.5", "pm"),
        ("ｐｍ２．５　小时", "pm"),
        ("hospital", "hospital"),
        ("HOSP dep", "hospital"),  # words by their beginning
        ("医院 departments", "hospital"),  # both languages at once
        ("lift firms", "maintenance"),
        ("repair-fund", "repair-fund"),  # by its code
    ],
)
def test_it_comes_first(agency: str, text: str, first: str) -> None:
    found = find(text)
    assert codes(found)[0] == first
    assert not found.hits[0].close


@pytest.mark.django_db
def test_a_two_character_word_is_found_wherever_it_stands(agency: str) -> None:
    assert {"repair-info", "repair-fund"} <= set(exact(find("维修")))
    assert "maintenance" not in exact(find("维修"))


@pytest.mark.django_db
def test_a_word_within_a_word_is_found(agency: str) -> None:
    found = find("代码", chosen={"agency": agency})
    assert exact(found) == ["codes"]
    assert find("代码").exact > 500  # items such as 统一社会信用代码


@pytest.mark.django_db
def test_first_the_phrase_then_what_holds_parts_of_it(agency: str) -> None:
    found = find("维修信息")
    assert exact(found) == ["repair-info"]
    assert found.exact == 1 and found.total > 1
    assert "repair-fund" in [hit.entry.code for hit in found.hits if hit.close]
    assert [hit.close for hit in found.hits] == sorted(hit.close for hit in found.hits)


@pytest.mark.django_db
def test_titles_before_items_before_agencies(agency: str) -> None:
    assert all("公园" in hit.entry.title.zh for hit in find("公园").hits[:8])
    by_agency = find("教育局")
    assert by_agency.exact and all(why.where == "agency" for hit in by_agency.hits for why in hit.why)
    by_item = find("统一社会信用代码")
    assert any(why.where == "item" for why in by_item.hits[0].why)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["水", "p", "2", "校"])
def test_one_character(agency: str, text: str) -> None:
    found = find(text)
    assert found.exact and not any(hit.close for hit in found.hits)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "' OR 1=1 --", '"', '""', "title:维修", "维修*", "NEAR(a b)", "a AND", "NOT", "^维修", "{a}: b", "(((",
        "维修\0信息", "\x01\x02", "😀", "📷🏛", "%_%", "\\", "a:b:c & !d | e <-> f", "'x':*", "\ud7ff", "维修 " * 10_000,
        " ".join(f"word{number}" for number in range(10_000)), "𠮷野家", "ﷺ", "\u202e维修", "x" * 10_000,
    ],
)  # fmt: skip
def test_hostile_words_find_or_do_not_but_never_break(agency: str, text: str) -> None:
    found = find(text)
    assert 0 <= found.exact <= found.total
    assert all(count.count <= found.total for options in found.facets.values() for count in options)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["😀", "---", "\0"])
def test_without_a_letter_nothing_is_found(agency: str, text: str) -> None:
    assert find(text).total == 0


@pytest.mark.django_db
def test_marks_show_why(agency: str) -> None:
    (hit,) = (hit for hit in find("維修").hits if hit.entry.code == "repair-fund")
    assert hit.title.zh == (("住宅专项", False), ("维修", True), ("资金", False))
    assert "".join(text for text, _ in hit.title.en) == "Repair fund of homes"
    english = find("library").hits[0]
    assert english.title.where_hit("zh-hans") == (("Children's ", False), ("library", True))


@pytest.mark.django_db
def test_facets_count_what_choosing_them_gives(agency: str) -> None:
    found = find("名录")
    for facet, options in found.facets.items():
        for option in options[:4]:
            assert find("名录", chosen={facet: option.value}).total == option.count, (facet, option)


@pytest.mark.django_db
def test_a_chosen_facet_still_counts_its_other_values(agency: str) -> None:
    whole, narrow = find("名录"), find("名录", chosen={"field": "transport", "opening": "restricted"})
    opened = {option.value: option.count for option in narrow.facets["opening"]}
    assert set(opened) == {"unconditional", "restricted"}
    assert sum(option.count for option in narrow.facets["field"]) < whole.total
    assert narrow.total == opened["restricted"]


@pytest.mark.django_db
def test_a_value_that_does_not_exist_leaves_nothing(agency: str) -> None:
    found = find("", chosen={"agency": "nobody", "level": "9"})
    assert found.total == 0


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["best", "newest", "used", "quality"])
def test_pages_neither_overlap_nor_leave_out(agency: str, sort: Any) -> None:
    wanted = Search(text="学校", chosen={}, sort=sort) if sort == "best" else Search(text="公", sort=sort)
    seen: list[str] = []
    first: int | None = 0
    while first is not None:
        found = search(ANONYMOUS, wanted, first, 37)
        seen += codes(found)
        first = found.after
    assert len(seen) == len(set(seen)) == found.total


@pytest.mark.django_db
def test_the_newest_come_first(agency: str) -> None:
    moments = [hit.entry.updated for hit in find("", sort="newest").hits]
    assert moments == sorted(moments, key=lambda moment: moment.timestamp() if moment else 0, reverse=True)


@pytest.mark.django_db
def test_the_index_follows_every_change(agency: str) -> None:
    dataset_id = draft_dataset(OPERATOR, a_draft(agency, code="trams", title=words("Trams", "有轨电车时刻")))
    assert codes(find("有轨电车")) == []
    publish(OPERATOR, dataset_id)
    assert codes(find("有轨电车")) == ["trams"]
    update_dataset(OPERATOR, dataset_id, {"title": {"en": "Ferries", "zh": "轮渡时刻"}}, 2)
    assert codes(find("有轨电车")) == [] and codes(find("轮渡时刻"))[0] == "trams"
    withdraw(OPERATOR, dataset_id, "no longer collected")
    assert codes(find("轮渡时刻")) == []
    assert codes(find("轮渡时刻", state="withdrawn")) == ["trams"]
    assert search_stale() == () and search_sound()


@pytest.mark.django_db
def test_drafts_are_found_by_those_who_prepare_them(agency: str) -> None:
    other = an_agency(2)
    draft_dataset(OPERATOR, a_draft(agency, code="secret", title=words("Kraken", "海怪档案")))
    wanted = Search(text="海怪档案", state="draft")
    assert search(ANONYMOUS, wanted).total == 0
    assert search(steward_of(other), wanted).total == 0
    assert codes(search(steward_of(agency), wanted)) == ["secret"]
    assert codes(search(OPERATOR, wanted)) == ["secret"]
    assert find("海怪档案").exact == 0 and "secret" not in codes(find("海怪档案"))


@pytest.mark.django_db
def test_a_forbidden_item_is_found_by_its_name(agency: str) -> None:
    item = an_item(
        "sfzh",
        title=words("Identity number", "身份证号码"),
        opening=Opening("forbidden", words("Privacy")),
        level=4,
    )
    key = draft_dataset(
        OPERATOR, a_draft(agency, code="people", title=words("Holders", "持证人"), items=(item,), key=())
    )
    publish(OPERATOR, key)
    (hit,) = (hit for hit in find("身份证号码", chosen={"agency": agency}).hits if not hit.close)
    assert [why.where for why in hit.why] == ["item"]


@pytest.mark.django_db
def test_a_lost_index_is_noticed_and_made_anew(agency: str) -> None:
    gone = SearchEntry.objects.order_by("id")[3]
    SearchEntry.objects.filter(pk=gone.pk).delete()
    SearchEntry.objects.filter(dataset_id__endswith="7").update(revision=99)
    SearchEntry.objects.create(
        dataset_id="dst_ghost", revision=1, state="published", agency_id=agency, opening_class="unconditional",
        level=1, items=0, title="wghost", names="", keywords="", abstract="", change=1,
    )  # fmt: skip
    assert {gone.dataset_id, "dst_ghost"} <= set(search_stale())
    assert rebuild_search() == 2149 + len(OWN)
    assert search_stale() == () and search_sound()
    assert codes(find("ghost")) == []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO opening_search(rowid, title) VALUES (900001, 'wphantom')")
        else:
            cursor.execute(
                "INSERT INTO opening_search_title VALUES (900001, to_tsvector('simple', 'wphantom'))"
            )
    assert find("phantom").total == 0 and not search_sound()
    rebuild_search()
    assert search_sound()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("hospitel", "hospital"),
        ("公员", "公交"),
        ("公园 量子计算机", "公园"),
        ("reservoir unicorns", "reservoir"),
    ],
)
def test_nothing_found_leads_on(agency: str, text: str, other: str) -> None:
    assert find(text).exact == 0
    told = suggestions(ANONYMOUS, Search(text=text))
    assert other in [one.text for one in told] and all(one.count == find(one.text).exact for one in told)


@pytest.mark.django_db
def test_what_is_used_comes_first_and_what_is_stale_is_mended(agency: str) -> None:
    used = find("公园").hits[-1].entry
    DatasetUse.objects.create(day=clock.today(), dataset_id=used.id, kind="visit", count=7)
    SearchEntry.objects.filter(dataset_id=used.id).update(revision=99, title="wrong")
    assert look_after_search() >= 2
    assert search_stale() == () and look_after_search() == 0
    assert find("公园", sort="used").hits[0].entry.id == used.id


@pytest.mark.django_db
def test_a_version_of_a_run_is_indexed_once_it_is_told_whole(agency: str) -> None:
    key = SearchEntry.objects.get(
        dataset_id__in=[one.entry.id for one in find("房屋维修信息").hits[:1]]
    ).dataset_id

    def changes() -> int:
        return SearchState.objects.get().change

    before = changes()
    follow_version(VersionCommitted(key, 1, "run_1"))
    assert changes() == before
    follow_dataset(VersionLoaded("run_1", key, 1, 0))
    assert changes() == before + 1
    follow_version(VersionCommitted(key, 2))
    assert changes() == before + 2
