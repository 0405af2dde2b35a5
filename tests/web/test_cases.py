"""Cases as people meet them on pages: report, follow, work, rate; and who does not get in."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.web.city import BUILDER, City

from cityhall.cases.actions import install_type
from cityhall.cases.errors import AttachmentUnknown
from cityhall.cases.queries import case
from cityhall.kernel import clock
from cityhall.kernel.home import home
from cityhall.opening.errors import LinkRefused
from cityhall.web.finished import file_behind

pytestmark = pytest.mark.django_db
LAMP = Path(__file__).parents[1] / "cases" / "lamp.yaml"
REPORT = {
    "what": "dark",
    "spot": "120.7, 28.0",
    "place": "330302",
    "who-name": "王某",
    "who-phone": "13800000009",
}


@pytest.fixture
def lamp(city: City, db: None) -> str:
    shutil.rmtree(home() / "cases" / "facts", ignore_errors=True)  # of cases that other tests took back
    install_type(BUILDER, LAMP)
    return "street_lamp"


def reported(client: Client, **more: object) -> tuple[str, str]:
    """Report a lamp; answers number and code as the receipt shows them."""
    answer = client.post("/report/street_lamp/", {**REPORT, **more}, follow=True)
    page = answer.content.decode()
    codes = re.findall(r"<dd><code>([^<]+)</code></dd>", page)
    assert len(codes) == 2, page
    return codes[0], codes[1]


def test_a_citizen_reports_and_follows_without_an_account(visit, lamp: str) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    assert "路灯报修" in client.get("/report/").content.decode()
    number, code = reported(client)
    own = client.get(f"/track/{number}/").content.decode()
    assert "这是您反映的案件" in own

    elsewhere = visit("anonymous")
    public = elsewhere.get(f"/track/{number}/").content.decode()
    assert "13800000009" not in public
    assert "这是您反映的案件" not in public
    assert elsewhere.post("/track/", {"number": number, "code": "wrongone"}).status_code == 404
    assert elsewhere.post("/track/", {"number": number, "code": code}).status_code == 302
    assert "这是您反映的案件" in elsewhere.get(f"/track/{number}/").content.decode()


def test_a_report_that_lacks_something_keeps_what_was_typed(visit, lamp: str) -> None:  # type: ignore[no-untyped-def]
    answer = visit("anonymous").post("/report/street_lamp/", {**REPORT, "what": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert "120.7, 28.0" in page
    assert "王某" in page


def test_an_official_works_a_case_to_its_end(visit, lamp: str, city: City) -> None:  # type: ignore[no-untyped-def]
    number, _ = reported(visit("anonymous"))
    desk, crew = visit("operator"), visit("owner")
    assert number in desk.get("/cases/?type=street_lamp").content.decode()
    assert number not in crew.get("/cases/").content.decode(), "not yet the agency's business"
    assert crew.get(f"/cases/{number}/").status_code == 404

    page = desk.get(f"/cases/{number}/").content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    assert "13800000009" in page, "who may know, knows"
    sent = {"agency": city.agency, "seen": seen[1], "public_note": "维修队明天到"}
    assert desk.post(f"/cases/{number}/acts/send/", sent).status_code == 302
    stale = desk.post(f"/cases/{number}/acts/refuse/", {"seen": seen[1]})
    assert stale.status_code == 409

    assert number in crew.get("/cases/").content.decode()
    assert crew.post(f"/cases/{number}/acts/repair/", {"note": "换灯泡"}).status_code == 302
    public = visit("anonymous").get(f"/track/{number}/").content.decode()
    assert "维修队明天到" in public
    assert "换灯泡" not in public, "a note inside stays inside"
    assert desk.post(f"/cases/{number}/acts/settle/", {"next": "1"}).status_code == 302
    assert case(BUILDER, number).outcome == "settled"


def test_the_same_act_on_many(visit, lamp: str, city: City) -> None:  # type: ignore[no-untyped-def]
    citizen, desk = visit("anonymous"), visit("operator")
    numbers = [reported(citizen)[0] for _ in range(3)]
    page = desk.post(
        "/cases/chosen/", {"number": [*numbers, "none"], "act": "refuse"}, follow=True
    ).content.decode()
    assert "4 件中 3 件已办理" in page
    assert all(case(BUILDER, one).outcome == "refused" for one in numbers)


def test_files_are_judged_by_their_content(visit, lamp: str) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    number, _ = reported(client)
    picture = BytesIO()
    Image.new("RGB", (8, 8), "green").save(picture, "PNG")
    picture.seek(0)
    picture.name = "lamp.png"
    assert client.post(f"/track/{number}/acts/attach/", {"file": picture}).status_code == 302
    liar = BytesIO(b"<html><script>alert(1)</script>")
    liar.name = "lamp.jpg"
    assert client.post(f"/track/{number}/acts/attach/", {"file": liar}).status_code == 422
    page = client.get(f"/track/{number}/").content.decode()
    link = re.search(rf'href="(/track/{number}/files/[^"]+)"', page)
    assert link
    answer = client.get(link[1])
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.content.startswith(b"\x89PNG")
    assert visit("anonymous").get(link[1]).status_code == 404, "not public"


@pytest.mark.parametrize(
    "address", ["/cases/", "/cases/map/", "/cases/next/", "/cases/map/places.json", "/cases/wall/"]
)
def test_the_inbox_is_not_for_citizens(visit, lamp: str, address: str) -> None:  # type: ignore[no-untyped-def]
    assert visit("citizen").get(address).status_code == 403
    assert visit("anonymous").get(address).status_code == 302


def test_programs_open_follow_and_act(visit, lamp: str, city: City) -> None:  # type: ignore[no-untyped-def]
    client, key = visit("anonymous"), {"Authorization": f"Bearer {city.keys['operator']}"}
    body = {"type": "street_lamp", "data": {"what": "broken", "spot": [120.7, 28.0]}, "phone": "13800000009"}
    made = client.post("/api/v1/cases", body, content_type="application/json").json()
    address = f"/api/v1/cases/{made['number']}"
    assert client.get(address).json()["acts"] == []
    assert "comment" in client.get(address, headers={"X-Case-Code": made["code"]}).json()["acts"]
    sent = {"data": {"agency": city.agency}, "seen": made["seen"]}
    again = [
        client.post(f"{address}/acts/send", sent, content_type="application/json", headers=key)
        for _ in range(2)
    ]
    assert [one.status_code for one in again] == [200, 409]
    assert client.get(address).json()["state"] == "sent"
    lines = client.get("/api/v1/cases?type=street_lamp", headers=key).json()["cases"]
    assert [one["number"] for one in lines] == [made["number"]]
    assert client.get("/api/v1/cases").json() == {"cases": [], "next": ""}


def test_a_file_goes_out_where_slow_readers_hold_nothing(  # type: ignore[no-untyped-def]
    visit, lamp: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visit("anonymous")
    number, _ = reported(client)
    note = SimpleUploadedFile("note.txt", "灯不亮".encode())
    client.post(f"/track/{number}/acts/attach/", {"file": note})
    link = re.search(
        rf'href="(/track/{number}/files/[^"]+)"', client.get(f"/track/{number}/").content.decode()
    )
    assert link
    settings.CITYHALL_FILES_URL = "http://files.example:8001"
    answer = client.get(link[1])
    assert answer.status_code == 302
    place, _, token = answer.headers["Location"].rpartition("/")
    assert place == "http://files.example:8001/files"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert visit("anonymous").get(link[1]).status_code == 404, "who may not see it gets no link"
    assert file_behind(token).path.read_text(encoding="utf-8") == "灯不亮"
    for wrong in (token[:-6], token.replace("case.", ""), "case.", f"case.{link[1]}"):
        with pytest.raises((AttachmentUnknown, LinkRefused)):
            file_behind(wrong)
    gone = signing.dumps("att_none", salt="cityhall.cases.file")
    with pytest.raises(AttachmentUnknown):
        file_behind(f"case.{gone}")
    later = (clock.now() + timedelta(minutes=11)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    with pytest.raises(AttachmentUnknown):
        file_behind(token)
