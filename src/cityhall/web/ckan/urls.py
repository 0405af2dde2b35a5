"""The addresses of the CKAN face."""

from __future__ import annotations

from django.urls import path

from cityhall.web.ckan import views

urlpatterns = [
    path("api/3/action/<str:action>", views.action, name="ckan-action"),
    path("api/action/<str:action>", views.action, name="ckan-action-unversioned"),
    path("api/3", views.version, name="ckan-version"),
    path("dataset/", views.home, name="ckan-datasets"),
    path("dataset/<str:name>", views.dataset_page, name="ckan-dataset"),
    path("dataset/<str:name>/resource/<str:resource_id>", views.resource_page, name="ckan-resource"),
    path("dataset/<str:name>/resource/<str:resource_id>/download", views.download, name="ckan-download"),
    path(
        "dataset/<str:name>/resource/<str:resource_id>/download/<str:file_name>",
        views.download,
        name="ckan-download-named",
    ),
]
