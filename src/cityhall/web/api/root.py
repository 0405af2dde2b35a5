"""The REST interface as a whole: its routers, its errors, and who is asking."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from cityhall import __version__
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.lately import Lately
from cityhall.web.api import (
    casework,
    collecting,
    counting,
    exporting,
    finding,
    outlines,
    places,
    reading,
    requesting,
    revisions,
)
from cityhall.web.error_pages import json_error
from cityhall.web.errors import AddressUnknown, RequestUnusable


class _Described(NinjaAPI):
    """Its description is worked out once, for it takes seconds and is asked for by anybody."""

    def get_openapi_schema(self, **asked: Any) -> Any:
        """The description, the same for everybody at this address."""
        return _DESCRIPTIONS.get(
            repr(sorted(asked.items())), lambda: super(_Described, self).get_openapi_schema(**asked)
        )


_DESCRIPTIONS: Final = Lately[Any](4)
api = _Described(
    title="Cityhall",
    version=__version__,
    description="A city's data: catalogue, rows, versions, quality, files; and what departments send.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
    openapi_extra={
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        "security": [{}, {"key": []}],
    },
)
api.add_router("", finding.router)
api.add_router("", reading.router)
api.add_router("", revisions.router)
api.add_router("", collecting.router)
api.add_router("", exporting.router)
api.add_router("", requesting.router)
api.add_router("", casework.router)
api.add_router("", counting.router)
api.add_router("", places.router)
api.add_router("", outlines.router)


@api.exception_handler(CityhallError)
def _known(_request: HttpRequest, error: CityhallError) -> HttpResponse:
    return json_error(error)


@api.exception_handler(ValidationError)
def _unusable(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    place = ".".join(str(part) for part in first.get("loc", ()))
    return json_error(RequestUnusable(problem=f"{place}: {first.get('msg', '')}"))


@api.exception_handler(HttpError)
def _unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return json_error(RequestUnusable(problem=str(error)))


@api.exception_handler(Http404)
def _nothing(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return json_error(AddressUnknown())


@api.exception_handler(SuspiciousOperation)
def _suspicious(_request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    return json_error(RequestUnusable(problem=type(error).__name__))
