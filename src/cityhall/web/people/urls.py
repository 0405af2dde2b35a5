"""Addresses of what people do around data."""

from __future__ import annotations

from django.urls import path

from cityhall.web.people import (
    decisions,
    feeds,
    inventories,
    mine,
    moderating,
    news,
    requests,
    searches,
    talk,
)

urlpatterns = [
    path("datasets/<str:dataset_id>/talk/", talk.talk_page, name="dataset-talk"),
    path("datasets/<str:dataset_id>/comments/", talk.comment_new, name="comment-new"),
    path("datasets/<str:dataset_id>/uses/", talk.reuse_new, name="reuse-new"),
    path("datasets/<str:dataset_id>/favourite/", talk.favourite, name="favourite"),
    path("datasets/<str:dataset_id>/open/", requests.ask_to_open, name="ask-to-open"),
    path("datasets/<str:dataset_id>/correct/", requests.correct, name="report-error"),
    path("datasets/<str:dataset_id>/apply/", requests.apply_for_use, name="apply-for-data"),
    path("comments/<str:comment_id>/<str:verb>/", talk.comment_verb, name="comment-verb"),
    path("uses/<str:reuse_id>/<str:verb>/", talk.reuse_verb, name="reuse-verb"),
    path("requests/", requests.answering_page, name="answering"),
    path("requests/decisions/", decisions.decisions_page, name="decisions"),
    path("requests/decisions.<str:form>", decisions.decisions_file, name="decisions-file"),
    path("account/", mine.my_page, name="account"),
    path("account/profile/", mine.profile, name="profile"),
    path("account/developer/", mine.developer, name="become-developer"),
    path("account/known/", mine.known_about_me, name="known-about-me"),
    path("account/known/data.json", mine.my_data, name="my-data"),
    path("account/leave/", mine.leaving, name="leaving"),
    path("account/searches/", searches.search_keep, name="search-keep"),
    path("account/searches/<str:subscription_id>/", searches.search_go, name="search-go"),
    path("account/searches/<str:subscription_id>/change/", searches.search_change, name="search-change"),
    path("unsubscribe/<str:token>/", searches.mails_end, name="mails-end"),
    path("news/", news.news_page, name="news"),
    path("news/new/", news.news_write, name="news-new"),
    path("news/<str:news_id>/", news.news_one, name="news-one"),
    path("news/<str:news_id>/change/", news.news_write, name="news-change"),
    path("news/<str:news_id>/withdraw/", news.news_withdraw, name="news-withdraw"),
    path("feeds/", feeds.feeds_page, name="feeds"),
    path("feeds/news.atom", feeds.news_feed, name="feed-news"),
    path("feeds/datasets.atom", feeds.datasets_feed, name="feed-datasets"),
    path("feeds/agencies/<str:agency_id>.atom", feeds.agency_feed, name="feed-agency"),
    path("feeds/fields/<str:code>.atom", feeds.field_feed, name="feed-field"),
    path("datasets/<str:dataset_id>/versions.atom", feeds.versions_feed, name="feed-versions"),
    path("inventory/", inventories.islands_page, name="islands"),
    path("inventory/islands.csv", inventories.islands_csv, name="islands-csv"),
    path("inventory/responsibility/", inventories.duties_page, name="duties"),
    path("inventory/responsibility.csv", inventories.duties_csv, name="duties-csv"),
    path("desk/talk/", moderating.talk_desk, name="talk-desk"),
]
