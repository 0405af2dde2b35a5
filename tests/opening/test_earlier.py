"""An upgrade from before requests were cases: nothing that was asked, answered or promised is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from tests.web.city import City

from cityhall.cases.actions import act, import_history
from cityhall.cases.queries import case
from cityhall.kernel.actor import system_actor
from cityhall.opening.actions import take_in_earlier
from cityhall.opening.models import EarlierRequest, Request
from cityhall.opening.queries import answering, mine
from cityhall.packing.queries import pack_folder

MAPPING = pack_folder("data_requests") / "imports" / "earlier_requests.yaml"
INSTALLER = system_actor("installer")
TABLE = """
CREATE TABLE opening_request_earlier (
    id varchar(40) PRIMARY KEY, kind text, dataset_id text, agency_id text, person_id text, item text, row text, wrong text,
    "right" text, reason text, purpose text, state text, answer text, legal_basis text, run_id text,
    created timestamp with time zone, answered timestamp with time zone, answered_by text, settled timestamp with time zone)
"""


def day(number: int) -> datetime:
    return datetime(2026, 3, number, 1, tzinfo=UTC)


def earlier(city: City, number: str, **more: Any) -> str:
    said = {
        "kind": "opening", "dataset_id": city.parks, "agency_id": city.agency, "person_id": city.actors["citizen"].id,
        "item": "", "row": {}, "wrong": "", "right": "", "reason": "为了地图", "purpose": "研究", "state": "filed",
        "answer": "", "legal_basis": "", "run_id": "", "created": day(2), "answered": None, "answered_by": "",
        "settled": None,
    }  # fmt: skip
    return EarlierRequest.objects.create(id=number, **{**said, **more}).id


@pytest.mark.django_db
def test_a_history_of_requests_counts_among_the_decisions(city: City, tmp_path: Path) -> None:
    """Also one from another system, brought in like any history: whoever reads how long answers take reads of these too."""
    mapping, source = tmp_path / "feedback.yaml", tmp_path / "feedback.csv"
    mapping.write_text(FEEDBACK_HISTORY, "utf-8")
    rows = [
        f"old-1,2026-03-02 01:00:00,2026-03-04 01:00:00,{city.parks},{city.agency},refused,含个人信息",
        f"old-2,2026-03-02 01:00:00,2026-03-05 01:00:00,{city.parks},{city.agency},granted,已开放",
        f"old-3,2026-03-02 01:00:00,,{city.parks},{city.agency},filed,",
        f"old-4,2026-03-02 01:00:00,2026-03-01 01:00:00,{city.parks},{city.agency},granted,早了",
    ]
    source.write_text("\n".join(["id,asked,answered,dataset,agency,state,answer", *rows]) + "\n", "utf-8")
    report = import_history(INSTALLER, mapping, source)
    assert (report.taken, report.reasons) == (3, {"cases.out_of_order": 1})
    kept = {one.number: one for one in Request.objects.filter(number__startswith="old-")}
    assert {number: one.state for number, one in kept.items()} == {
        "old-1": "refused",
        "old-2": "granted",
        "old-3": "filed",
    }
    assert (kept["old-1"].created, kept["old-1"].answered) == (day(2), day(4))
    assert kept["old-1"].decision == {"answer": "含个人信息", "basis": "《条例》第十条"}
    assert kept["old-3"].due is not None
    assert {one.person_id for one in kept.values()} == {""}


FEEDBACK_HISTORY = """
import: data_feedback
zone: UTC
number: id
steps:
  - {do: file, at: asked, actor: {is: "system:portal"}, role: {is: portal},
     with: {kind: {is: open_this}, dataset: dataset, agency: agency, what: {is: 为了地图}, purpose: {is: 研究}}}
  - {do: accept, at: answered, actor: {is: old}, role: {is: owner}, when: {state: granted}, with: {answer: answer}}
  - {do: refuse, at: answered, actor: {is: old}, role: {is: owner}, when: {state: refused},
     with: {answer: answer, legal_basis: {is: 《条例》第十条}}}
"""


@pytest.mark.django_db
def test_requests_of_before_become_cases_with_their_days_and_words(city: City, client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    owner, citizen = city.actors["owner"], city.actors["citizen"]
    decided = {"answered": day(4), "answered_by": owner.id}
    law = "第" * 600
    wish = earlier(city, "req_1")
    refused = earlier(city, "req_2", state="refused", answer="含个人信息", legal_basis=law, **decided)
    mended = earlier(
        city, "req_3", kind="correction", row={"id": "7", "name": "东"}, item="name", right="西", state="granted",
        answer="已更正", run_id="run_1", settled=day(9), **decided,
    )  # fmt: skip
    earlier(city, "req_4", state="withdrawn", answered=day(3), person_id="")

    assert take_in_earlier(INSTALLER, MAPPING) == 4

    assert {one.number for one in mine(citizen).requests} == {wish, refused, mended}
    asked, refusal, correction = (case(owner, number) for number in (wish, refused, mended))
    assert (asked.state, asked.opened, asked.fields["purpose"]) == ("sent", day(2), "研究")
    assert [(one.act, one.at) for one in refusal.timeline] == [("file", day(2)), ("refuse", day(4))]
    assert law in refusal.fields["answer"]
    assert refusal.fields["legal_basis"] == law[:500]
    assert [one.act for one in correction.timeline] == ["file", "accept", "mend", "arrive"]
    assert correction.fields["row"] == ["id=7", "name=东"]
    place = client.get(f"/requests/{refused}/")
    assert (place.status_code, place.headers["Location"]) == (302, f"/track/{refused}/")
    assert client.get(place.headers["Location"]).status_code == 200
    assert client.get("/requests/req_0/").status_code == 404
    told = answering()
    assert (told.filed, told.open, told.granted, told.refused) == (4, 1, 1, 1)
    act(citizen, wish, "withdraw")  # it is their own
    assert take_in_earlier(INSTALLER, MAPPING) == 0  # the table is gone


@pytest.fixture
def node_of_before(tmp_path: Path, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """A database of its own, as it stood when requests were rows."""
    connections.databases["before"] = {
        **connections.databases["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": tmp_path / "before.sqlite3",
        "OPTIONS": {},
    }
    with django_db_blocker.unblock():
        MigrationExecutor(connections["before"]).migrate([("opening", "0006_metering")])
        yield connections["before"]
        connections["before"].close()
    del connections["before"], connections.databases["before"]


def test_the_upgrade_sets_requests_aside_and_keeps_nothing_where_there_are_none(
    node_of_before: BaseDatabaseWrapper,
) -> None:
    with node_of_before.cursor() as cursor:
        cursor.execute(
            'INSERT INTO opening_request (id, kind, dataset_id, agency_id, person_id, item, row, wrong, "right", reason, '
            "purpose, state, answer, legal_basis, run_id, created, due, answered_by) VALUES ('req_1', 'opening', 'd', 'a', 'p', "
            "'', '{}', '', '', 'why', 'what for', 'filed', '', '', '', '2026-03-02', '2026-03-30', '')"
        )
    MigrationExecutor(node_of_before).migrate([("opening", "0007_request_of_case")])
    (kept,) = EarlierRequest.objects.using("before")
    assert (kept.id, kept.reason, kept.row) == ("req_1", "why", {})
    with node_of_before.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM opening_request")
        assert cursor.fetchone() == (0,)
