"""Every address of the platform and who may see it. Who adds an address says it here; `test_routes.py` asks each as each role."""

from __future__ import annotations

ROLES = ("anonymous", "expired", "citizen", "other", "owner", "operator")

EVERYBODY = frozenset(ROLES)
KEYLESS = EVERYBODY - {"expired"}  # a key that is sent must be good, also where none is needed
SIGNED_IN = frozenset({"citizen", "other", "owner", "operator"})
STEWARDS = frozenset({"other", "owner", "operator"})
OWNERS = frozenset({"owner", "operator"})
OPERATOR = frozenset({"operator"})
NOBODY: frozenset[str] = frozenset()

Addresses = dict[str, tuple[str, str, frozenset[str]]]

# name -> (method, address, who gets past the door). Past it an answer may still be a complaint.
PAGES: Addresses = {
    "home": ("GET", "/", EVERYBODY),
    "healthz": ("GET", "/healthz", EVERYBODY),
    "robots": ("GET", "/robots.txt", EVERYBODY),
    "api-guide": ("GET", "/api/", EVERYBODY),
    "styleguide": ("GET", "/styleguide/", EVERYBODY),
    "language": ("POST", "/language/", EVERYBODY),
    "agencies": ("GET", "/agencies/", EVERYBODY),
    "agency": ("GET", "/agencies/{agency}/", EVERYBODY),
    "ledger": ("POST", "/ledger/", OPERATOR),
    "datasets": ("GET", "/datasets/", EVERYBODY),
    "fields": ("GET", "/fields/", EVERYBODY),
    "field": ("GET", "/fields/environment/", EVERYBODY),
    "regions": ("GET", "/regions/", EVERYBODY),
    "region": ("GET", "/regions/990000/", NOBODY),  # no such place
    "statistics": ("GET", "/statistics/", EVERYBODY),
    "statistics-table": ("GET", "/statistics/fields.csv", EVERYBODY),
    "dataset": ("GET", "/datasets/{draft}/", OWNERS),
    "dataset-file": ("GET", "/datasets/{draft}/files/csv", OWNERS),
    "linked-dataset": ("GET", "/datasets/{draft}/dcat.ttl", NOBODY),  # a draft is never harvested
    "linked-catalogue": ("GET", "/catalogue.ttl", KEYLESS),
    "dataset-quality": ("GET", "/datasets/{draft}/quality/", OWNERS),
    "dataset-rules": ("GET", "/datasets/{draft}/rules/", OWNERS),
    "dataset-version": ("GET", "/datasets/{draft}/versions/1/", OWNERS),
    "dataset-revision": ("GET", "/datasets/{parks}/history/1/", OWNERS),
    "dataset-diff": ("GET", "/datasets/{draft}/diff/?from=1&to=1", OWNERS),
    "dataset-map": ("GET", "/datasets/{parks}/map/", EVERYBODY),
    "dataset-places": ("GET", "/datasets/{parks}/places.json", EVERYBODY),
    "dataset-edit": ("GET", "/datasets/{parks}/edit/", OWNERS),
    "dataset-publish": ("POST", "/datasets/{parks}/publish/", OWNERS),
    "dataset-withdraw": ("POST", "/datasets/{parks}/withdraw/", OWNERS),
    "dataset-download": ("POST", "/datasets/{draft}/download/", OWNERS),
    "export": ("GET", "/exports/{export}/", OWNERS),
    "file": ("GET", "/files/nonsense", NOBODY),
    "desk": ("GET", "/desk/", STEWARDS),
    "upkeep": ("GET", "/desk/upkeep/", OPERATOR),
    "runs": ("GET", "/runs/", STEWARDS),
    "run": ("GET", "/runs/{run}/", OWNERS),
    "run-cancel": ("POST", "/runs/{run}/cancel/", OWNERS),
    "run-retry": ("POST", "/runs/{run}/retry/", OWNERS),
    "decision": ("GET", "/runs/{run}/decision/", OWNERS),
    "sources": ("GET", "/sources/", STEWARDS),
    "source-new": ("GET", "/sources/new/", STEWARDS),
    "source": ("GET", "/sources/{source}/", OWNERS),
    "source-start": ("POST", "/sources/{source}/start/", OWNERS),
    "quarantine": ("GET", "/datasets/{parks}/quarantine/", OWNERS),
    "quarantine-correct": ("POST", "/datasets/{parks}/quarantine/correct/", OWNERS),
    "quarantine-upload": ("POST", "/datasets/{parks}/quarantine/upload/", OWNERS),
    "quarantine-dismiss": ("POST", "/datasets/{parks}/quarantine/dismiss/", OWNERS),
    "quarantine-csv": ("GET", "/datasets/{parks}/quarantine/rows.csv", OWNERS),
    "quarantine-xlsx": ("GET", "/datasets/{parks}/quarantine/rows.xlsx", OWNERS),
    "dataset-talk": ("GET", "/datasets/{draft}/talk/", OWNERS),
    "comment-new": ("POST", "/datasets/{draft}/comments/", NOBODY),  # nobody talks about a draft
    "reuse-new": ("POST", "/datasets/{draft}/uses/", NOBODY),
    "favourite": ("POST", "/datasets/{draft}/favourite/", NOBODY),
    "ask-to-open": ("GET", "/datasets/{parks}/open/", SIGNED_IN),
    "apply-for-data": ("GET", "/datasets/{parks}/apply/", SIGNED_IN),
    "report-error": ("GET", "/datasets/{parks}/correct/", SIGNED_IN),
    "comment-verb": ("POST", "/comments/{comment}/show/", OWNERS),
    "reuse-verb": ("POST", "/uses/{reuse}/show/", OWNERS),
    "answering": ("GET", "/requests/", EVERYBODY),
    "decisions": ("GET", "/requests/decisions/", EVERYBODY),
    "decisions-file": ("GET", "/requests/decisions.json", EVERYBODY),
    "profile": ("POST", "/account/profile/", SIGNED_IN),
    "become-developer": ("POST", "/account/developer/", SIGNED_IN),
    "known-about-me": ("GET", "/account/known/", SIGNED_IN),
    "my-data": ("GET", "/account/known/data.json", SIGNED_IN),
    "leaving": ("POST", "/account/leave/", NOBODY),  # nobody leaves without the password
    "search-keep": ("POST", "/account/searches/", SIGNED_IN),
    "search-go": ("GET", "/account/searches/nonsense/", NOBODY),
    "search-change": ("POST", "/account/searches/nonsense/change/", NOBODY),
    "request-before": ("GET", "/requests/nonsense/", NOBODY),
    "letters-end": ("GET", "/letters/stop/nonsense/", NOBODY),
    "mails-end": ("GET", "/unsubscribe/nonsense/", NOBODY),
    "news": ("GET", "/news/", EVERYBODY),
    "news-new": ("GET", "/news/new/", OPERATOR),
    "news-one": ("GET", "/news/{planned}/", OPERATOR),  # not yet to be seen
    "news-change": ("GET", "/news/{planned}/change/", OPERATOR),
    "news-withdraw": ("POST", "/news/{planned}/withdraw/", OPERATOR),
    "feeds": ("GET", "/feeds/", EVERYBODY),
    "feed-news": ("GET", "/feeds/news.atom", EVERYBODY),
    "feed-datasets": ("GET", "/feeds/datasets.atom", EVERYBODY),
    "feed-agency": ("GET", "/feeds/agencies/{agency}.atom", EVERYBODY),
    "feed-field": ("GET", "/feeds/fields/environment.atom", EVERYBODY),
    "feed-versions": ("GET", "/datasets/{draft}/versions.atom", NOBODY),  # a draft is never told of
    "islands": ("GET", "/inventory/", EVERYBODY),
    "islands-csv": ("GET", "/inventory/islands.csv", EVERYBODY),
    "duties": ("GET", "/inventory/responsibility/", EVERYBODY),
    "duties-csv": ("GET", "/inventory/responsibility.csv", EVERYBODY),
    "talk-desk": ("GET", "/desk/talk/", STEWARDS),
    "ogc": ("GET", "/ogc/", EVERYBODY),
    "sitemap": ("GET", "/sitemap.xml", EVERYBODY),
    "sitemap-part": ("GET", "/sitemap-1.xml", EVERYBODY),
    "datapackage": ("GET", "/datasets/{draft}/datapackage.json", OWNERS),
    "developers": ("GET", "/developers/", EVERYBODY),
    "developers-example": ("GET", "/developers/examples/curl.sh", EVERYBODY),
    "own-usage": ("GET", "/account/usage/", SIGNED_IN),
    "ogc-conformance": ("GET", "/ogc/conformance", EVERYBODY),
    "ogc-api": ("GET", "/ogc/api", EVERYBODY),
    "ogc-collections": ("GET", "/ogc/collections", KEYLESS),
    "ogc-collection": ("GET", "/ogc/collections/{parks}", KEYLESS),
    "ogc-items": ("GET", "/ogc/collections/{parks}/items", KEYLESS),
    "ogc-item": ("GET", "/ogc/collections/{parks}/items/P0001", KEYLESS),
    "answers": ("GET", "/answers/", EVERYBODY),
    "answer": ("GET", "/answers/{answer}/", EVERYBODY),
    "answer-new": ("GET", "/answers/new/", STEWARDS),
    "answer-change": ("GET", "/answers/{answer}/change/", STEWARDS),
    "answer-end": ("POST", "/answers/none/end/", NOBODY),  # no such entry
    "case-answer": ("GET", "/cases/{call}/answer/", OPERATOR),  # who takes calls
    "case-reply": ("GET", "/cases/{call}/reply/", OPERATOR),
    "account": ("GET", "/account/", SIGNED_IN),
    "keys": ("GET", "/account/keys/", SIGNED_IN),
    "key-revoke": ("POST", "/account/keys/{key}/revoke/", OWNERS),
    "notices": ("GET", "/account/notices/", SIGNED_IN),
    "notice": ("GET", "/account/notices/nonsense/", NOBODY),
    "account_login": ("GET", "/account/login/", frozenset({"anonymous", "expired"})),
    "account_logout": ("GET", "/account/logout/", EVERYBODY),
    "account_reauthenticate": ("GET", "/account/reauthenticate/", SIGNED_IN),
    "account_change_password": ("GET", "/account/password/change/", SIGNED_IN),
    "account_signup": ("GET", "/account/signup/", frozenset({"anonymous", "expired"})),
    "account_email_verification_sent": ("GET", "/account/confirm-email/", EVERYBODY),
    "account_confirm_email": (
        "GET",
        "/account/confirm-email/nonsense/",
        EVERYBODY,
    ),  # says that the link is bad
    "account_reset_password": ("GET", "/account/password/reset/", EVERYBODY),
    "account_reset_password_done": ("GET", "/account/password/reset/sent/", EVERYBODY),
    "account_reset_password_from_key": ("GET", "/account/password/reset/key/1-nonsense/", EVERYBODY),
    "account_reset_password_from_key_done": ("GET", "/account/password/reset/done/", EVERYBODY),
    "account_set_password": ("GET", "/account/password/set/", NOBODY),
    "account_email": ("GET", "/account/email/", SIGNED_IN),
    "account_inactive": ("GET", "/account/inactive/", EVERYBODY),
    "mfa_index": ("GET", "/account/2fa/", SIGNED_IN),
    "mfa_authenticate": ("GET", "/account/2fa/authenticate/", NOBODY),
    "mfa_reauthenticate": ("GET", "/account/2fa/reauthenticate/", SIGNED_IN),
    "mfa_activate_totp": ("GET", "/account/2fa/totp/activate/", SIGNED_IN),
    "mfa_deactivate_totp": ("GET", "/account/2fa/totp/deactivate/", NOBODY),
    "mfa_view_recovery_codes": ("GET", "/account/2fa/recovery-codes/", NOBODY),
    "mfa_generate_recovery_codes": ("GET", "/account/2fa/recovery-codes/generate/", SIGNED_IN),
    "mfa_download_recovery_codes": ("GET", "/account/2fa/recovery-codes/download/", NOBODY),
}
API: Addresses = {
    "api:openapi-json": ("GET", "/api/v1/openapi.json", EVERYBODY),
    "api:api-root": ("GET", "/api/v1/", NOBODY),
    "api:list_datasets": ("GET", "/api/v1/datasets", KEYLESS),
    "api:one_dataset": ("GET", "/api/v1/datasets/{draft}", OWNERS),
    "api:rows": ("GET", "/api/v1/datasets/{draft}/rows", OWNERS),
    "api:dataset_openapi": ("GET", "/api/v1/datasets/{draft}/openapi.json", OWNERS),
    "api:query": ("POST", "/api/v1/datasets/{draft}/query", OWNERS),
    "api:versions": ("GET", "/api/v1/datasets/{draft}/versions", OWNERS),
    "api:revisions": ("GET", "/api/v1/datasets/{parks}/revisions", OWNERS),
    "api:revision": ("GET", "/api/v1/datasets/{parks}/revisions/1", OWNERS),
    "api:diff": ("GET", "/api/v1/datasets/{draft}/diff?a=1&b=1", OWNERS),
    "api:quality": ("GET", "/api/v1/datasets/{draft}/quality", OWNERS),
    "api:catalogue_yaml": ("GET", "/api/v1/catalogue.yaml", OPERATOR),
    "api:catalogue_xlsx": ("GET", "/api/v1/catalogue.xlsx", OPERATOR),
    "api:ask_export": ("POST", "/api/v1/datasets/{draft}/exports", OWNERS),
    "api:export": ("GET", "/api/v1/exports/{export}", OWNERS),
    # an empty body is complained about before anybody asks who sent it
    "api:apply": ("POST", "/api/v1/datasets/{parks}/applications", EVERYBODY),
    "api:ask_to_open": ("POST", "/api/v1/datasets/{parks}/openings", EVERYBODY),
    "api:correct": ("POST", "/api/v1/datasets/{parks}/corrections", EVERYBODY),
    "api:my_requests": ("GET", "/api/v1/requests", SIGNED_IN),
    "api:runs": ("GET", "/api/v1/runs", STEWARDS),
    "api:run": ("GET", "/api/v1/runs/{run}", OWNERS),
    "api:cancel": ("POST", "/api/v1/runs/{run}/cancel", OWNERS),
    "api:retry": ("POST", "/api/v1/runs/{run}/retry", OWNERS),
    "api:start": ("POST", "/api/v1/sources/{source}/runs", OWNERS),
    "api:push": ("POST", "/api/v1/sources/{push}/push", OWNERS),
}
HARVESTS: Addresses = {
    "harvests": ("GET", "/harvests/", OPERATOR),
    "harvest-new": ("GET", "/harvests/new/", OPERATOR),
    "harvest": ("GET", "/harvests/{harvest}/", OPERATOR),
    "harvest-start": ("POST", "/harvests/{harvest}/start/", OPERATOR),
    "harvest-run": ("GET", "/harvests/runs/{harvest_run}/", OPERATOR),
    "harvest-run-cancel": ("POST", "/harvests/runs/{harvest_run}/cancel/", OPERATOR),
}
CKAN: Addresses = {
    "ckan-action": ("GET", "/api/3/action/package_list", KEYLESS),
    "ckan-action-unversioned": ("GET", "/api/action/package_list", KEYLESS),
    "ckan-version": ("GET", "/api/3", EVERYBODY),
    "ckan-datasets": ("GET", "/dataset/", EVERYBODY),
    "ckan-dataset": ("GET", "/dataset/parks", EVERYBODY),
    "ckan-resource": ("GET", "/dataset/parks/resource/{parks}-csv", EVERYBODY),
    "ckan-download": ("GET", "/dataset/trees/resource/{draft}-csv/download", OWNERS),
    "ckan-download-named": ("GET", "/dataset/trees/resource/{draft}-csv/download/trees.csv", OWNERS),
}
CASES: Addresses = {
    "report": ("GET", "/report/", EVERYBODY),
    "report-form": ("GET", "/report/street_lamp/", EVERYBODY),
    "placing-map": ("GET", "/report/map.json", EVERYBODY),
    "placing-place": ("GET", "/report/place.json?at=120.7,28", EVERYBODY),
    "report-receipt": ("GET", "/report/received/", EVERYBODY),
    "track": ("GET", "/track/", EVERYBODY),
    "track-by-mail": ("GET", "/track/by-mail/nonsense/", NOBODY),
    "tracked": ("GET", "/track/{case}/", EVERYBODY),  # what is public of it
    "tracked-act": ("POST", "/track/{case}/acts/comment/", OWNERS),
    "case-file": ("GET", "/track/{case}/files/none/", NOBODY),
    "cases": ("GET", "/cases/", STEWARDS),
    "cases-act": ("POST", "/cases/chosen/", STEWARDS),
    "cases-map": ("GET", "/cases/map/", STEWARDS),
    "cases-places": ("GET", "/cases/map/places.json", STEWARDS),
    "case-wall": ("GET", "/cases/wall/", STEWARDS),
    "case-next": ("GET", "/cases/next/", STEWARDS),
    "cases-figures": ("GET", "/cases/figures/", EVERYBODY),
    "case-figures": ("GET", "/cases/figures/street_lamp/", EVERYBODY),
    "figures-cases": ("GET", "/cases/figures/street_lamp/cases/", STEWARDS),
    "case-evaluation": ("GET", "/cases/figures/street_lamp/evaluation/", EVERYBODY),
    "case-bulletin": ("GET", "/cases/figures/street_lamp/bulletin.csv", EVERYBODY),
    "patrols": ("GET", "/cases/patrols/", OPERATOR),
    "inspecting": ("GET", "/inspect/", OPERATOR),
    "inspecting-send": ("POST", "/inspect/send/", OPERATOR),  # without a key it is complained about
    "inspecting-cells": ("GET", "/inspect/cells.json?at=120.7,28", OPERATOR),
    "inspecting-seal": ("GET", "/inspect/seal/", OPERATOR),
    "inspecting-worker": ("GET", "/inspect/worker.js", EVERYBODY),
    "case": ("GET", "/cases/{case}/", OWNERS),
    "case-amend": ("GET", "/cases/{case}/amend/", OWNERS),
    "case-act": ("POST", "/cases/{case}/acts/claim/", OWNERS),
    "api:grid": ("GET", "/api/v1/grid", KEYLESS),
    "api:grid_at": ("GET", "/api/v1/grid/at?lon=120.7&lat=28", KEYLESS),
    "api:all_shapes": ("GET", "/api/v1/places/shapes", KEYLESS),
    "api:one_shape": ("GET", "/api/v1/places/330300/shape", NOBODY),  # no shape has been imported
    "api:part_shapes": ("GET", "/api/v1/places/330300/shapes", KEYLESS),
    "api:patrol_coverage": ("GET", "/api/v1/patrols/coverage", OPERATOR),
    "api:check_ins": ("GET", "/api/v1/patrols/check-ins", KEYLESS),
    "api:new_check_ins": (
        "POST",
        "/api/v1/patrols/check-ins",
        EVERYBODY,
    ),  # an empty body is complained about first
    "api:case_types": ("GET", "/api/v1/case-types", KEYLESS),
    "api:case_type": ("GET", "/api/v1/case-types/street_lamp", KEYLESS),
    "api:figures": ("GET", "/api/v1/case-types/street_lamp/figures", KEYLESS),
    "api:evaluation": ("GET", "/api/v1/case-types/street_lamp/evaluation", NOBODY),  # it declares none
    "api:bulletin": ("GET", "/api/v1/case-types/street_lamp/bulletins/2026-01.csv", KEYLESS),
    "api:open_case": ("POST", "/api/v1/cases", EVERYBODY),  # an empty body is complained about first
    "api:inbox": ("GET", "/api/v1/cases", KEYLESS),  # empty for whoever has no business there
    "api:one_case": ("GET", "/api/v1/cases/{case}", KEYLESS),  # what is public of it
    "api:act_on_many": ("POST", "/api/v1/cases/acts", EVERYBODY),  # an empty body is complained about first
    "api:add_file": ("POST", "/api/v1/cases/{case}/files", EVERYBODY),  # likewise
    "api:case_file": ("GET", "/api/v1/cases/{case}/files/none", NOBODY),
    "api:bpmn": ("GET", "/api/v1/case-types/street_lamp/bpmn", KEYLESS),
    "api:do_act": ("POST", "/api/v1/cases/{case}/acts/urge", OPERATOR),
}
OPEN311: Addresses = {
    "open311-discovery": ("GET", "/open311/discovery.json", EVERYBODY),
    "open311-discovery-v2": ("GET", "/open311/v2/discovery.xml", EVERYBODY),
    "open311-services": ("GET", "/open311/v2/services.json", EVERYBODY),
    "open311-service": ("GET", "/open311/v2/services/none.json", NOBODY),  # no such service
    "open311-requests": ("GET", "/open311/v2/requests.json", EVERYBODY),
    "open311-request": ("GET", "/open311/v2/requests/{case}.json", NOBODY),  # its type is not offered
    "open311-token": ("GET", "/open311/v2/tokens/nonsense.json", NOBODY),
    "open311-updates": ("GET", "/open311/v2/servicerequestupdates.json", EVERYBODY),
}
ROUTES = PAGES | API | CKAN | HARVESTS | CASES | OPEN311
