"""Limits as a caller meets them: headers, 429, whose they are; and what of a visit is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client, RequestFactory
from tests.web.city import City

from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS
from cityhall.opening.actions import forget_leases, write_counts
from cityhall.opening.queries import key_usage, usage
from cityhall.web.cases.entry import origin_of
from cityhall.web.metering import Metering, client_address, holder_of

pytestmark = pytest.mark.django_db
ROWS = "/api/v1/datasets/parks/rows?limit=1"


@pytest.fixture
def limits(settings) -> Iterator[dict[str, str]]:  # type: ignore[no-untyped-def]
    forget_leases()
    settings.CITYHALL_LIMITS = {
        "anonymous": "3,100",
        "keyed": "5,100",
        "anonymous_heavy": "1,10",
        "pages": "4,0",
    }
    moment = clock.now().replace(second=30, microsecond=0)
    with clock.at(moment):
        yield settings.CITYHALL_LIMITS
    forget_leases()


def test_answers_tell_what_is_left_and_the_limit_refuses(city: City, limits) -> None:  # type: ignore[no-untyped-def]
    client = Client()
    for left in (2, 1, 0):
        answer = client.get(ROWS)
        assert answer.status_code == 200
        assert (answer["X-RateLimit-Limit"], answer["X-RateLimit-Remaining"]) == ("3", str(left))
    refused = client.get(ROWS)
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "opening.quota_spent"
    assert set(refused.json()["error"]["remedy"]) == {"en", "zh"}
    assert refused["Retry-After"] == "30"
    assert int(refused["X-RateLimit-Reset"]) == round(clock.now().timestamp()) + 30
    for other in ("/api/3/action/package_list", "/ogc/collections", "/catalogue.ttl"):
        assert client.get(other).status_code == 429
    assert Client(REMOTE_ADDR="10.1.2.3").get(ROWS).status_code == 200
    for action in ("/api/3/action/package_list", "/api/action/package_list"):
        told = client.get(action).json()
        assert (told["success"], told["error"]["__type"]) == (False, "Too Many Requests")
        assert (told["error"]["code"], told["help"][-12:]) == ("opening.quota_spent", "package_list")


def test_a_key_has_limits_of_its_own_and_its_use_is_told(city: City, limits) -> None:  # type: ignore[no-untyped-def]
    client = Client(headers={"authorization": f"Bearer {city.keys['owner']}"})
    answers = [client.get(ROWS) for _ in range(4)] + [client.get("/api/v1/datasets/nothing")]
    assert [one.status_code for one in answers] == [200] * 4 + [404]
    assert client.get(ROWS, REMOTE_ADDR="10.9.9.9").status_code == 429
    assert Client(headers={"authorization": f"Bearer {city.keys['other']}"}).get(ROWS).status_code == 200
    write_counts()
    key_id = city.keys["owner"].partition(".")[0]
    (day,) = key_usage([key_id], clock.today())[key_id]
    assert (day.calls, day.errors, day.refused) == (5, 1, 1)


def test_a_false_key_spends_nothing_of_the_true_one(city: City, limits) -> None:  # type: ignore[no-untyped-def]
    key_id = city.keys["owner"].partition(".")[0]
    forged = Client(headers={"authorization": f"Bearer {key_id}.wrong"})
    assert [forged.get(ROWS).status_code for _ in range(4)] == [401, 401, 401, 429]
    honest = Client(headers={"authorization": f"Bearer {city.keys['owner']}"}).get(
        ROWS, REMOTE_ADDR="10.8.8.8"
    )
    assert honest["X-RateLimit-Remaining"] == "4"


def test_heavy_work_and_pages_have_limits_apart(city: City, limits) -> None:  # type: ignore[no-untyped-def]
    client = Client()
    assert client.get("/datasets/parks/files/csv").status_code in (202, 302)
    assert client.get("/datasets/parks/files/csv").status_code == 429
    assert client.get(ROWS).status_code == 200
    assert [client.get("/datasets/").status_code for _ in range(5)] == [200] * 4 + [429]
    assert client.get("/healthz").status_code == 200


def test_use_is_counted_without_robots_and_failures(city: City, visit) -> None:  # type: ignore[no-untyped-def]
    write_counts()
    today = clock.today()
    before = usage(today, today, [city.parks])
    reader, robot = visit("anonymous"), visit("anonymous")
    reader.get(f"/datasets/{city.parks}/", headers={"user-agent": "Mozilla/5.0 (X11)"})
    robot.get(f"/datasets/{city.parks}/", headers={"user-agent": "Examplebot/1.0"})
    reader.get(ROWS)
    reader.get("/api/v1/datasets/parks/rows?limit=x")
    reader.get("/ogc/collections/parks/items?limit=1")
    write_counts()
    (after,) = usage(today, today, [city.parks])
    old = before[0] if before else None
    assert after.visits - (old.visits if old else 0) == 1
    assert after.calls - (old.calls if old else 0) == 2


def test_no_address_is_kept(city: City, limits) -> None:  # type: ignore[no-untyped-def]
    Client(REMOTE_ADDR="198.51.100.77").get(ROWS)
    write_counts()
    tables = [model for model in apps.get_app_config("opening").get_models() if model._meta.managed]
    kept = [str(row) for model in tables for row in model.objects.values()]
    assert not any("198.51.100.77" in row for row in kept)


def _request(peer: str, **headers: str):  # type: ignore[no-untyped-def]
    return RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)


@pytest.mark.parametrize(
    ("trusted", "peer", "passed", "expected"),
    [
        ("", "10.0.0.1", "1.1.1.1", "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", "1.1.1.1", "1.1.1.1"),
        ("10.0.0.0/8", "10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        ("10.0.0.0/8", "10.0.0.1", "6.6.6.6, 1.1.1.1, 10.2.2.2", "1.1.1.1"),
        ("10.0.0.0/8", "9.9.9.9", "1.1.1.1", "9.9.9.9"),
        ("10.0.0.0/8", "10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", "nonsense", "nonsense"),
        (
            "10.0.0.0/8",
            "::ffff:10.0.0.1",
            "1.1.1.1",
            "1.1.1.1",
        ),  # a server that listens on [::] sees IPv4 like this
        ("10.0.0.0/8", "10.0.0.1", "6.6.6.6, ::ffff:1.1.1.1, 10.2.2.2:443", "1.1.1.1"),
        ("10.0.0.0/8", "10.0.0.1", "1.1.1.1:50432", "1.1.1.1"),
        ("10.0.0.0/8", "10.0.0.1", "[2001:db8::7]:443", "2001:db8::7"),
        ("", "2001:DB8:0::7", "", "2001:db8::7"),
    ],
)
def test_only_trusted_proxies_are_believed(settings, trusted, peer, passed, expected) -> None:  # type: ignore[no-untyped-def]
    settings.CITYHALL_TRUSTED_PROXIES = trusted
    assert client_address(_request(peer, x_forwarded_for=passed)) == expected


def test_a_holder_is_another_one_tomorrow_and_ipv6_is_a_network() -> None:
    today = holder_of(_request("2001:db8::1"), ANONYMOUS)
    assert holder_of(_request("2001:db8::ffff"), ANONYMOUS) == today
    assert holder_of(_request("2001:db8:0:1::1"), ANONYMOUS) != today
    with clock.at(clock.now() + timedelta(days=1)):
        assert holder_of(_request("2001:db8::1"), ANONYMOUS) != today
    assert holder_of(_request("nonsense"), ANONYMOUS) == "nowhere"


def test_ipv4_within_ipv6_is_not_one_network_of_all() -> None:
    one = holder_of(_request("::ffff:198.51.100.7"), ANONYMOUS)
    assert holder_of(_request("198.51.100.7"), ANONYMOUS) == one
    assert holder_of(_request("::ffff:198.51.100.8"), ANONYMOUS) != one
    assert holder_of(_request("fe80::1%eth0"), ANONYMOUS).startswith("from:")


def test_other_sites_may_read_but_not_as_the_visitor(city: City, visit) -> None:  # type: ignore[no-untyped-def]
    answer = visit("anonymous").options(ROWS, headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    assert visit("owner").get(ROWS)["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in visit("owner").get("/datasets/")


def test_behind_a_trusted_proxy_reports_and_sign_ins_are_counted_by_the_client(settings) -> None:  # type: ignore[no-untyped-def]
    settings.CITYHALL_TRUSTED_PROXIES = "10.0.0.0/8"
    one, same, other = (
        _request("10.0.0.1", x_forwarded_for=address)
        for address in ("2001:db8::1", "2001:db8::2", "198.51.100.7")
    )
    assert origin_of(one) == origin_of(same) != origin_of(other)
    seen: list[str] = []
    Metering(lambda request: seen.append(request.META["REMOTE_ADDR"]) or HttpResponse())(other)  # type: ignore[func-returns-value]
    assert seen == ["198.51.100.7"]
