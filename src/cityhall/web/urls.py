"""Every address of the pages and of REST. A test holds, for each, who may see it."""

from __future__ import annotations

from allauth.account import views as sign_in
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path
from django.views.i18n import set_language

from cityhall.web.admin.tables import site as operator_tables
from cityhall.web.answers.urls import urlpatterns as answers_face
from cityhall.web.api.root import api
from cityhall.web.cases.urls import urlpatterns as cases_face
from cityhall.web.ckan.urls import urlpatterns as ckan_face
from cityhall.web.developers.urls import urlpatterns as developers_face
from cityhall.web.discovery.urls import urlpatterns as discovery_face
from cityhall.web.harvesting.urls import urlpatterns as harvesting
from cityhall.web.inspecting.urls import urlpatterns as inspecting_face
from cityhall.web.ogc.urls import urlpatterns as ogc_face
from cityhall.web.open311.urls import urlpatterns as open311_face
from cityhall.web.pages import (
    account,
    agencies,
    agreed_rules,
    closed,
    dataset,
    dataset_map,
    datasets,
    desk,
    entry_edit,
    entry_state,
    files,
    home,
    ledger,
    linked_data,
    quality,
    quarantine,
    revision,
    runs,
    shares,
    sources,
    statistics,
    styleguide,
    upkeep,
    version,
)
from cityhall.web.people.urls import urlpatterns as people_face

handler400 = "cityhall.web.error_pages.bad_request"
handler403 = "cityhall.web.error_pages.forbidden"
handler404 = "cityhall.web.error_pages.not_found"
handler429 = "cityhall.web.error_pages.locked_out"  # the sign-in package asks for it
handler500 = "cityhall.web.error_pages.broken"

_account = [
    path("account/login/", sign_in.login, name="account_login"),
    path("account/logout/", sign_in.logout, name="account_logout"),
    path("account/reauthenticate/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("account/password/change/", sign_in.password_change, name="account_change_password"),
    path("account/password/set/", closed.closed, name="account_set_password"),  # everybody has a password
    path("account/signup/", sign_in.signup, name="account_signup"),
    path("account/confirm-email/", sign_in.email_verification_sent, name="account_email_verification_sent"),
    path("account/confirm-email/<str:key>/", sign_in.confirm_email, name="account_confirm_email"),
    path("account/email/", sign_in.email, name="account_email"),
    path("account/inactive/", sign_in.account_inactive, name="account_inactive"),
    path("account/password/reset/", sign_in.password_reset, name="account_reset_password"),
    path("account/password/reset/sent/", sign_in.password_reset_done, name="account_reset_password_done"),
    path(
        "account/password/reset/done/",
        sign_in.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^account/password/reset/key/(?P<uidb36>[0-9A-Za-z_]+)-(?P<key>.+)/$",
        sign_in.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("account/2fa/", second_factor.index, name="mfa_index"),
    path("account/2fa/authenticate/", second_factor.authenticate, name="mfa_authenticate"),
    path("account/2fa/reauthenticate/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("account/2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/2fa/recovery-codes/generate/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/2fa/recovery-codes/download/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("account/keys/", account.keys, name="keys"),
    path("account/keys/<str:key_id>/revoke/", account.key_revoke, name="key-revoke"),
    path("account/notices/", account.notices_page, name="notices"),
    path("account/notices/<str:notice_id>/", account.notice, name="notice"),
]

_data = [
    path("datasets/", datasets.datasets, name="datasets"),
    path("datasets/<str:dataset_id>/", dataset.dataset, name="dataset"),
    path("datasets/<str:dataset_id>/map/", dataset_map.dataset_map, name="dataset-map"),
    path("datasets/<str:dataset_id>/places.json", dataset_map.dataset_places, name="dataset-places"),
    path("datasets/<str:dataset_id>/edit/", entry_edit.edit, name="dataset-edit"),
    path("datasets/<str:dataset_id>/publish/", entry_state.publish, name="dataset-publish"),
    path("datasets/<str:dataset_id>/withdraw/", entry_state.withdraw, name="dataset-withdraw"),
    path("datasets/<str:dataset_id>/download/", files.download, name="dataset-download"),
    path("datasets/<str:dataset_id>/files/<str:format_code>", files.latest_file, name="dataset-file"),
    path("datasets/<str:dataset_id>/dcat.<str:form>", linked_data.dataset, name="linked-dataset"),
    path("datasets/<str:dataset_id>/quality/", quality.quality_page, name="dataset-quality"),
    path("datasets/<str:dataset_id>/versions/<int:number>/", version.version_page, name="dataset-version"),
    path("datasets/<str:dataset_id>/history/<int:number>/", revision.revision_page, name="dataset-revision"),
    path("datasets/<str:dataset_id>/rules/", agreed_rules.rules_page, name="dataset-rules"),
    path("datasets/<str:dataset_id>/diff/", quality.diff_page, name="dataset-diff"),
    path("exports/<str:export_id>/", files.export, name="export"),
    path("files/<str:token>", files.file, name="file"),
]

_desks = [
    path("desk/", desk.desk, name="desk"),
    path("desk/upkeep/", upkeep.upkeep, name="upkeep"),
    path("runs/", runs.runs_page, name="runs"),
    path("runs/<str:run_id>/", runs.run_page, name="run"),
    path("runs/<str:run_id>/cancel/", runs.run_cancel, name="run-cancel"),
    path("runs/<str:run_id>/retry/", runs.run_retry, name="run-retry"),
    path("runs/<str:run_id>/decision/", runs.decision_page, name="decision"),
    path("sources/", sources.sources_page, name="sources"),
    path("sources/new/", sources.source_new, name="source-new"),
    path("sources/<str:source_id>/", sources.source_page, name="source"),
    path("sources/<str:source_id>/start/", sources.source_start, name="source-start"),
    path("datasets/<str:dataset_id>/quarantine/", quarantine.quarantine, name="quarantine"),
    path("datasets/<str:dataset_id>/quarantine/correct/", quarantine.correct, name="quarantine-correct"),
    path("datasets/<str:dataset_id>/quarantine/upload/", quarantine.upload, name="quarantine-upload"),
    path("datasets/<str:dataset_id>/quarantine/dismiss/", quarantine.dismiss, name="quarantine-dismiss"),
    path(
        "datasets/<str:dataset_id>/quarantine/rows.csv",
        quarantine.bad_rows_download,
        {"suffix": "csv"},
        name="quarantine-csv",
    ),
    path(
        "datasets/<str:dataset_id>/quarantine/rows.xlsx",
        quarantine.bad_rows_download,
        {"suffix": "xlsx"},
        name="quarantine-xlsx",
    ),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", home.healthz, name="healthz"),
    path("api/", home.api_guide, name="api-guide"),
    path("api/v1/", api.urls),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("language/", set_language, name="language"),
    path("catalogue.<str:form>", linked_data.catalogue, name="linked-catalogue"),
    path("agencies/", agencies.agencies_page, name="agencies"),
    path("agencies/<str:agency_id>/", agencies.agency_page, name="agency"),
    path("fields/", shares.fields_page, name="fields"),
    path("fields/<str:code>/", shares.field_page, name="field"),
    path("regions/", shares.regions_page, name="regions"),
    path("regions/<str:code>/", shares.region_page, name="region"),
    path("statistics/", statistics.statistics_page, name="statistics"),
    path("statistics/<str:name>.<str:form>", statistics.statistics_table, name="statistics-table"),
    path("ledger/", ledger.ledger, name="ledger"),
    *_data,
    *_desks,
    *_account,
    *people_face,
    path("operator/tables/", operator_tables.urls),
    *answers_face,
    *inspecting_face,
    *cases_face,
    *ckan_face,
    *harvesting,
    *ogc_face,
    *open311_face,
    *discovery_face,
    *developers_face,
]
