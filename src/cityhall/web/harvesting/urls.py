"""The addresses of the pages about harvests."""

from __future__ import annotations

from django.urls import path

from cityhall.web.harvesting import pages

urlpatterns = [
    path("harvests/", pages.harvests_page, name="harvests"),
    path("harvests/new/", pages.harvest_new, name="harvest-new"),
    path("harvests/<str:harvest_id>/", pages.harvest_page, name="harvest"),
    path("harvests/<str:harvest_id>/start/", pages.harvest_start, name="harvest-start"),
    path("harvests/runs/<str:run_id>/", pages.run_page, name="harvest-run"),
    path("harvests/runs/<str:run_id>/cancel/", pages.run_cancel, name="harvest-run-cancel"),
]
