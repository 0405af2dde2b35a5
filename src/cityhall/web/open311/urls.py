"""The addresses below /open311/; clients look for discovery at either place."""

from __future__ import annotations

from django.urls import path

from cityhall.web.open311 import catalogue, discovering, reading, reporting, updates

_V2 = "open311/v2"
urlpatterns = [
    path("open311/discovery.<str:form>", discovering.discovery, name="open311-discovery"),
    path(f"{_V2}/discovery.<str:form>", discovering.discovery, name="open311-discovery-v2"),
    path(f"{_V2}/services.<str:form>", catalogue.service_list, name="open311-services"),
    path(f"{_V2}/services/<str:code>.<str:form>", catalogue.service_definition, name="open311-service"),
    path(f"{_V2}/requests.<str:form>", reading.request_list, name="open311-requests"),
    path(f"{_V2}/requests/<str:number>.<str:form>", reading.one_request, name="open311-request"),
    path(f"{_V2}/tokens/<str:token>.<str:form>", reporting.token, name="open311-token"),
    path(f"{_V2}/servicerequestupdates.<str:form>", updates.update_list, name="open311-updates"),
]
