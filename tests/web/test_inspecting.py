"""The inspectors' page and the rounds, as browsers and programs ask for them."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.test import Client
from PIL import Image
from tests.outlines import area, around_a_lake, write
from tests.web.city import BUILDER, PASSWORD, City

from cityhall.cases.actions import Mark, act, check_in, install_type, open_case
from cityhall.cases.queries import case, inbox, trail
from cityhall.identity.actions import register_person
from cityhall.identity.queries import actor_for_person
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.places.actions import import_grid

pytestmark = pytest.mark.django_db
URBAN = Path(__file__).parents[2] / "packs" / "urban_management" / "cases" / "urban_case.yaml"
WEST, EAST = "33030200100101", "33030200100102"
REPORT = {"do": "report", "type": "urban_case", "class": "1101", "spot": "120.0005, 28.0005", "what": "heap"}


@pytest.fixture
def inspector(city: City, db: None, tmp_path: Path) -> Actor:
    """An inspector in a city with two cells and the pack's type."""
    install_type(BUILDER, URBAN)
    boxes = {WEST: (120.0, 28.0, 120.001, 28.001), EAST: (120.001, 28.0, 120.002, 28.001)}
    squares = [area(shapely.box(*box), code=code) for code, box in boxes.items()]
    import_grid(BUILDER, write(tmp_path / "cells.geojson", *squares))
    return actor_for_person(register_person(BUILDER, "inspector1", PASSWORD, [("inspector", "")]))


@pytest.fixture
def phone(inspector: Actor) -> Client:
    client = Client()
    assert client.post("/account/login/", {"login": "inspector1", "password": PASSWORD}).status_code == 302
    return client


def photograph(name: str = "heap.jpg") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (16, 12), "green").save(out, "JPEG")
    out.seek(0)
    out.name = name
    return out


def sent(phone: Client, key: str, **more: Any) -> tuple[int, dict[str, Any]]:
    answer = phone.post("/inspect/send/", {**REPORT, "key": key, **more})
    return answer.status_code, answer.json()


def test_the_form_alone_reports_with_a_photograph(phone: Client) -> None:
    page = phone.get("/inspect/")
    assert page.headers["Permissions-Policy"].startswith("geolocation=(self)")
    assert '<optgroup label="市容环境">' in page.content.decode()
    answer = phone.post("/inspect/", {**REPORT, "key": "a" * 20, "photos": photograph()}, follow=True)
    (line,) = inbox(BUILDER).lines
    assert line.number in answer.content.decode()
    found = case(BUILDER, line.number)
    assert (found.area, found.fields["source"], found.fields["what"]) == (WEST, "inspector", "heap")
    assert [one.name for one in found.files] == ["heap.jpg"]


def test_what_arrives_twice_is_one_case(phone: Client) -> None:
    first = sent(phone, "k" * 20, photos=photograph())
    again = sent(phone, "k" * 20, photos=photograph())
    assert first == again
    assert first[0] == 200
    (line,) = inbox(BUILDER).lines
    assert len(case(BUILDER, line.number).files) == 1


def test_what_is_refused_leaves_nothing_and_says_why(phone: Client) -> None:
    liar = io.BytesIO(b"<html>")
    liar.name = "heap.jpg"
    status, told = sent(phone, "r" * 20, photos=[photograph(), liar])
    assert (status, told["error"]["code"]) == (422, "cases.file_refused")
    status, told = sent(phone, "o" * 20, spot="125, 28")
    assert (status, told["error"]["code"]) == (422, "cases.position_outside")
    assert sent(phone, "short")[0] == 422
    assert sent(phone, "w" * 20, do="dance")[0] == 422
    assert not inbox(BUILDER).lines
    assert sent(phone, "r" * 20)[0] == 200, "the key is free for a second try"


def test_nothing_is_sent_in_anybody_elses_name(phone: Client, inspector: Actor, city: City) -> None:
    """A page that was left open by one person, a session that ended, a form of an older session: each is told apart from a
    refusal, so that the phone keeps what it holds."""
    status, told = sent(phone, "p" * 20, person="per_somebody_else")
    assert (status, told["error"]["code"]) == (409, "web.of_another_account")
    status, told = sent(Client(), "p" * 20, person=inspector.id)
    assert (status, told["error"]["code"]) == (401, "web.session_ended")
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/inspect/send/", {**REPORT, "key": "p" * 20}).status_code == 403
    assert not inbox(BUILDER).lines
    assert sent(phone, "p" * 20, person=inspector.id)[0] == 200


def test_a_key_is_its_senders_and_what_was_done_is_told_again(
    phone: Client, inspector: Actor, city: City
) -> None:
    first = sent(phone, "q" * 20)
    register_person(BUILDER, "inspector2", PASSWORD, [("inspector", "")])
    other = Client()
    assert other.post("/account/login/", {"login": "inspector2", "password": PASSWORD}).status_code == 302
    assert sent(other, "q" * 20)[1]["number"] != first[1]["number"], (
        "the same key of another person is another report"
    )
    liar = io.BytesIO(b"<html>")
    liar.name = "heap.jpg"
    assert sent(phone, "q" * 20, photos=liar) == first, "what was done is not looked at again"


def test_the_page_is_for_inspectors(inspector: Actor, visit: Any) -> None:
    assert visit("citizen").get("/inspect/").status_code == 403
    assert visit("anonymous").get("/inspect/").status_code == 302
    assert visit("citizen").post("/inspect/send/", {**REPORT, "key": "c" * 20}).status_code == 403
    assert "javascript" in Client().get("/inspect/worker.js").headers["Content-Type"]


def test_tasks_come_by_distance_and_can_be_done(phone: Client, inspector: Actor) -> None:
    near, far = (
        open_case(ANONYMOUS, "urban_case", {"class": "1101", "spot": spot}).number
        for spot in ([120.0004, 28.0005], [120.0018, 28.0005])
    )
    for number in (far, near):
        act(BUILDER, number, "verify")
    page = phone.get("/inspect/?at=120.0004,28.0005").content.decode()
    assert 0 < page.index(near) < page.index(far)
    seen = case(BUILDER, near).seen
    done = {
        "do": "act",
        "number": near,
        "act": "confirm",
        "seen": seen,
        "key": "t" * 20,
        "photos": photograph(),
    }
    assert phone.post("/inspect/send/", done).json() == {"number": near, "state": "accepted"}
    assert phone.post("/inspect/send/", {**done, "key": "u" * 20}).status_code == 422, "out of turn"
    stale = {"do": "act", "number": far, "act": "deny", "reason": "nothing there", "seen": 1, "key": "s" * 20}
    assert phone.post("/inspect/send/", stale).status_code == 409
    assert phone.get("/inspect/?at=nowhere").status_code == 422


def test_who_handled_a_case_does_not_check_it(phone: Client, inspector: Actor) -> None:
    number = open_case(inspector, "urban_case", {"class": "1101", "spot": [120.0004, 28.0005]}).number
    for name in ("accept", "file", "dispatch"):
        act(BUILDER, number, name)
    both = Actor(inspector.id, "both", "person", frozenset({("inspector", ""), ("caseworker", "")}))
    act(both, number, "handle")
    sent_check = {"do": "act", "number": number, "act": "check", "key": "h" * 20}
    answer = phone.post("/inspect/send/", sent_check)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "cases.same_person")


def test_cells_around_a_place(phone: Client) -> None:
    cells = phone.get("/inspect/cells.json?at=120.0005,28.0005").json()["cells"]
    assert [code for code, _ in cells] == [WEST, EAST]
    assert len(cells[0][1][0]) == 5


def test_check_ins_and_their_coverage(phone: Client, inspector: Actor, visit: Any) -> None:
    answer = phone.post(
        "/inspect/", {"do": "check_in", "spot": "120.0005, 28.0005", "key": "p" * 20}, follow=True
    )
    assert "已打卡" in answer.content.decode()
    many = {
        "do": "check_in",
        "spot": ["120.0015,28.0005"],
        "at": [(clock.now() - timedelta(hours=1)).isoformat()],
    }
    assert phone.post("/inspect/send/", {**many, "key": "q" * 20}).json()["taken"] == 1
    assert [one.cell for one in trail(inspector, clock.today())] in ([EAST, WEST], [WEST])
    assert len(phone.get("/account/known/data.json").json()["check_ins"]) == 2
    page = visit("operator").get("/cases/patrols/").content.decode()
    assert WEST in page
    assert "inspector1" in page
    shown = visit("operator").get(f"/cases/patrols/?person={inspector.id}").content.decode()
    assert "120.00050, 28.00050" in shown
    assert phone.get("/cases/patrols/").status_code == 403, "for the centre"
    assert visit("operator").get("/cases/patrols/?day=never").status_code == 422


def test_the_rounds_without_a_grid_say_what_to_do(city: City, db: None, visit: Any) -> None:
    assert "尚未建立单元网格" in visit("operator").get("/cases/patrols/").content.decode()


def test_programs_read_the_grid_and_check_in(inspector: Actor, city: City) -> None:
    client, key = Client(), {"Authorization": f"Bearer {city.keys['operator']}"}
    body = client.get("/api/v1/grid?limit=1").json()
    assert ([one["id"] for one in body["features"]], body["next"]) == ([WEST], WEST)
    assert [one["id"] for one in client.get(f"/api/v1/grid?after={WEST}").json()["features"]] == [EAST]
    assert client.get("/api/v1/grid/at?lon=120.0015&lat=28.0005").json()["cell"] == EAST
    assert not client.get("/api/v1/grid/at?lon=1&lat=1").json()["inside"]
    marks = {"marks": [{"at": clock.now().isoformat(), "lon": 120.0005, "lat": 28.0005}]}
    answer = client.post("/api/v1/patrols/check-ins", marks, content_type="application/json", headers=key)
    assert (answer.status_code, answer.json()["taken"]) == (201, 1)
    mine = client.get("/api/v1/patrols/check-ins", headers=key).json()["check_ins"]
    assert [one["cell"] for one in mine] == [WEST]
    found = client.get("/api/v1/patrols/coverage?days=2", headers=key).json()
    assert (found["visited"], len(found["cells"])) == (1, 2)
    assert client.get("/api/v1/patrols/coverage").status_code == 403
    check_in(inspector, [Mark(clock.now(), 120.0005, 28.0005)])
    assert client.get(f"/api/v1/patrols/check-ins?person={inspector.id}", headers=key).json()["check_ins"]


def test_no_door_takes_a_report_from_a_hole_of_the_city(phone: Client, tmp_path: Path) -> None:
    path = around_a_lake(
        tmp_path / "boundary.geojson",
        "330302",
        mainland=(120.0, 28.0, 120.002, 28.001),
        lake=(120.0012, 28.0002, 120.0018, 28.0008),
        island=(120.01, 28.0, 120.011, 28.001),
    )
    import_grid(BUILDER, path, "boundary")
    anybody = Client(headers={"accept-language": "en"})

    def doors(lon: float, lat: float) -> list[int]:
        data = {"class": "1101", "what": "heap", "spot": [lon, lat]}
        called = {"service_code": "urban_case-1101", "lat": str(lat), "long": str(lon)}
        return [
            anybody.post("/report/urban_case/", {**REPORT, "spot": f"{lon}, {lat}"}).status_code,
            anybody.post(
                "/api/v1/cases", {"type": "urban_case", "data": data}, content_type="application/json"
            ).status_code,
            anybody.post("/open311/v2/requests.json", called).status_code,
            sent(phone, ("h" if lat == 28.0005 and lon < 120.01 else "i") * 20, spot=f"{lon}, {lat}")[0],
        ]

    assert all(status in (400, 422) for status in doors(120.0015, 28.0005))
    assert not inbox(BUILDER).lines
    assert all(status in (200, 201, 302) for status in doors(120.0105, 28.0005))
    assert len(inbox(BUILDER).lines) == 4
