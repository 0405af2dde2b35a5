"""The addresses of the CKAN face: one for all actions, and the links that pages of CKAN have."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from cityhall.kernel.errors import CityhallError
from cityhall.web.ckan import table
from cityhall.web.ckan.calls import call_of, key_holder
from cityhall.web.ckan.envelope import failed, succeeded
from cityhall.web.ckan.errors import ParameterWrong
from cityhall.web.ckan.fetching import finished_file
from cityhall.web.ckan.naming import resource_parts
from cityhall.web.metering import used
from cityhall.web.visitor import actor_for


# No cookie is looked at here (see `call_of`), so there is nothing that a foreign page could act with.
@csrf_exempt
def action(request: HttpRequest, action: str) -> HttpResponse:
    """One call of an action, in CKAN's envelope."""
    if request.method == "OPTIONS":
        answer = HttpResponse(status=204)
    elif request.method not in ("GET", "HEAD", "POST"):
        answer = failed(action, ParameterWrong(name="method", why="GET or POST is expected"))
    else:
        answer = _answered(request, action)
    answer["Vary"] = "Authorization, X-CKAN-API-Key"
    return answer


def _answered(request: HttpRequest, name: str) -> HttpResponse:
    try:
        wanted = table.action(name)
        if request.method == "GET" and name in table.WRITES:
            raise ParameterWrong(name="method", why="what changes something is sent by POST")
        result = wanted(call_of(request, name))
    except CityhallError as error:
        return failed(name, error)
    if name == "datastore_search":
        used(request, resource_parts(result["resource_id"])[0], "call")
    return succeeded(name, result)


@require_safe
def version(_request: HttpRequest) -> HttpResponse:
    """The version of the API: 3."""
    return HttpResponse(b'{"version": 3}', content_type="application/json")


@require_safe
def dataset_page(_request: HttpRequest, name: str) -> HttpResponse:
    """The page of a dataset, where CKAN has it."""
    return HttpResponseRedirect(reverse("dataset", args=[name]))


@require_safe
def resource_page(_request: HttpRequest, name: str, resource_id: str) -> HttpResponse:  # noqa: ARG001  (the address of CKAN)
    """The page of the dataset that a resource belongs to."""
    return HttpResponseRedirect(reverse("dataset", args=[resource_parts(resource_id)[0]]))


@require_safe
def download(request: HttpRequest, name: str, resource_id: str, file_name: str = "") -> HttpResponse:  # noqa: ARG001  (CKAN's address)
    """The file of a resource, where CKAN has it."""
    return finished_file(key_holder(request) or actor_for(request), *resource_parts(resource_id))


@require_safe
def home(_request: HttpRequest) -> HttpResponse:
    """The list of datasets, where CKAN has it."""
    return HttpResponseRedirect(reverse("datasets"))
