"""Addresses of inspectors and of their rounds."""

from __future__ import annotations

from django.urls import path

from cityhall.web.inspecting import page, patrols, sending

urlpatterns = [
    path("inspect/", page.inspecting_page, name="inspecting"),
    path("inspect/send/", sending.send, name="inspecting-send"),
    path("inspect/cells.json", page.cells, name="inspecting-cells"),
    path("inspect/seal/", page.seal, name="inspecting-seal"),
    path("inspect/worker.js", page.worker, name="inspecting-worker"),
    path("cases/patrols/", patrols.patrols_page, name="patrols"),
]
