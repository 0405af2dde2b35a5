"""The addresses for developers."""

from __future__ import annotations

from django.urls import path

from cityhall.web.developers import views

urlpatterns = [
    path("developers/", views.developers, name="developers"),
    path("developers/examples/<str:name>", views.example, name="developers-example"),
    path("account/usage/", views.own_usage, name="own-usage"),
]
