"""The addresses of discovery."""

from __future__ import annotations

from django.urls import path

from cityhall.web.discovery import datapackage, sitemap

urlpatterns = [
    path("robots.txt", sitemap.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemap.part, name="sitemap-part"),
    path("datasets/<str:dataset_id>/datapackage.json", datapackage.datapackage, name="datapackage"),
]
