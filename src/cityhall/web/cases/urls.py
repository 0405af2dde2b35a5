"""Addresses of cases."""

from __future__ import annotations

from django.urls import path

from cityhall.web.cases import (
    amending,
    bulletins,
    drilling,
    evaluating,
    figures,
    many,
    mapping,
    placing,
    reporting,
    tracking,
    wall,
    working,
)

urlpatterns = [
    path("report/", reporting.report_page, name="report"),
    path("report/map.json", placing.placing_map, name="placing-map"),
    path("report/place.json", placing.placing_place, name="placing-place"),
    path("report/received/", reporting.report_receipt, name="report-receipt"),
    path("report/<str:type_name>/", reporting.report_form, name="report-form"),
    path("track/", tracking.track_page, name="track"),
    path("track/by-mail/<str:token>/", tracking.track_by_mail, name="track-by-mail"),
    path("track/<str:number>/", tracking.tracked_page, name="tracked"),
    path("track/<str:number>/acts/<str:act_name>/", tracking.tracked_act, name="tracked-act"),
    path("track/<str:number>/files/<str:attachment_id>/", tracking.case_file, name="case-file"),
    path("cases/", working.inbox_page, name="cases"),
    path("cases/chosen/", many.act_on_chosen, name="cases-act"),
    path("cases/next/", working.next_case, name="case-next"),
    path("cases/map/", mapping.map_page, name="cases-map"),
    path("cases/map/places.json", mapping.map_places, name="cases-places"),
    path("cases/wall/", wall.wall_page, name="case-wall"),
    path("cases/figures/", figures.figures_list, name="cases-figures"),
    path("cases/figures/<str:type_name>/", figures.figures_page, name="case-figures"),
    path("cases/figures/<str:type_name>/cases/", drilling.figures_cases, name="figures-cases"),
    path("cases/figures/<str:type_name>/evaluation/", evaluating.evaluation_page, name="case-evaluation"),
    path("cases/figures/<str:type_name>/bulletin.<str:form>", bulletins.bulletin_file, name="case-bulletin"),
    path("cases/<str:number>/", working.work_page, name="case"),
    path("cases/<str:number>/amend/", amending.amend_page, name="case-amend"),
    path("cases/<str:number>/acts/<str:act_name>/", working.work_act, name="case-act"),
]
