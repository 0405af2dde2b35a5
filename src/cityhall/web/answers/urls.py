"""Addresses of answers."""

from __future__ import annotations

from django.urls import path

from cityhall.web.answers import keeping, reading, replying

urlpatterns = [
    path("answers/", reading.answers_page, name="answers"),
    path("answers/new/", keeping.entry_new, name="answer-new"),
    path("answers/<str:code>/", reading.answer_page, name="answer"),
    path("answers/<str:code>/change/", keeping.entry_change, name="answer-change"),
    path("answers/<str:code>/end/", keeping.entry_end, name="answer-end"),
    path("cases/<str:number>/answer/", replying.answer_at_once, name="case-answer"),
    path("cases/<str:number>/reply/", replying.public_reply, name="case-reply"),
]
