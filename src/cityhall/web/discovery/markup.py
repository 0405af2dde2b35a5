"""A dataset in the words of schema.org, as search engines read them out of its page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from django.http import HttpRequest
from django.urls import reverse
from markupsafe import Markup

from cityhall.catalog.queries import Dataset, licences
from cityhall.identity.queries import AgencyInfo
from cityhall.opening.queries import Format
from cityhall.web.words import pick


def dataset_markup(
    request: HttpRequest, found: Dataset, publisher: AgencyInfo, formats: Sequence[Format]
) -> Markup:
    """JSON-LD for a `script` element of type application/ld+json: data, which no content security policy runs. Empty
    for what is not published.
    """
    if found.state != "published":
        return Markup("")
    page = request.build_absolute_uri(reverse("dataset", args=[found.id]))
    files = {
        one.code: request.build_absolute_uri(reverse("dataset-file", args=[found.id, one.code]))
        for one in formats
    }
    body: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": page,
        "url": page,
        "identifier": found.code,
        "name": pick(found.title),
        "description": pick(found.abstract) or pick(found.title),
        "isAccessibleForFree": True,
        "publisher": {"@type": "GovernmentOrganization", "name": pick(publisher.name)},
        "datePublished": found.published,
        "dateModified": found.modified,
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": one.media_type.partition(";")[0],
                "contentUrl": files[one.code],
            }
            for one in formats
        ],
        **({"keywords": found.keywords} if found.keywords else {}),
        **_licence(found),
    }
    # nothing in it may end the element or begin another
    text = orjson.dumps(body).decode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(text)  # noqa: S704  (escaped just above)


def links_of(found: Dataset) -> str:
    """The header `Link` of a dataset's page: where programs find its description and its rows."""
    package, rows = reverse("datapackage", args=[found.id]), reverse("api:dataset_openapi", args=[found.id])
    return (
        f'<{package}>; rel="describedby"; type="application/json", '
        f'<{rows}>; rel="service-desc"; type="application/vnd.oai.openapi+json;version=3.1"'
    )


def _licence(found: Dataset) -> dict[str, str]:
    term = next((one for one in licences() if one.code == found.licence), None)
    return {"license": getattr(term, "uri", "") or pick(term.title)} if term else {}
