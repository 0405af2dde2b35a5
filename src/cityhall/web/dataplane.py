"""The data plane: one asynchronous process that serves finished files to holders of a signed link and does
nothing else.

Slow downloads wait here without holding a worker of the pages.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import django
from django.db import connection
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cityhall.app.settings")
django.setup()

from cityhall.kernel.errors import CityhallError  # noqa: E402  (after Django has loaded its models)
from cityhall.opening.actions import count_use  # noqa: E402
from cityhall.opening.queries import FileAtHand  # noqa: E402
from cityhall.web.finished import file_behind  # noqa: E402

_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Access-Control-Allow-Origin": "*",  # as REST, which leads here: the link is all that counts, no cookie does
}
_ASKED: Final = ThreadPoolExecutor(4, "asked")
"""Ask the database, each for a moment; what is fetched for hours needs no thread."""


async def file(request: Request) -> Response:
    """The file of a token, with ranges and an entity tag; an error in both languages for any other token."""
    asked = request.path_params["token"], _is_new(request)
    try:
        found, facts = await asyncio.get_running_loop().run_in_executor(_ASKED, _opened, *asked)
    except CityhallError as error:
        return PlainTextResponse(f"{error.say('zh')}\n{error.say('en')}\n", status_code=error.status)
    headers = dict(_HEADERS)
    if not found.dataset_id:
        headers["Cache-Control"] = "private, no-store"
    return FileResponse(
        found.path, media_type=found.media_type, filename=found.name, headers=headers, stat_result=facts
    )


def _opened(token: str, new: bool) -> tuple[FileAtHand, os.stat_result]:
    """The file of a token, counted when its download is new. No thread keeps its connection to the database: it would be
    needed for a moment only, and may have broken by the next time.
    """
    try:
        found = file_behind(token)
        if new and found.dataset_id:
            count_use(found.dataset_id, "download")
    finally:
        connection.close()
    return found, found.path.stat()


def _is_new(request: Request) -> bool:
    """Whether a download begins, rather than goes on where it broke off."""
    return request.method == "GET" and request.headers.get("range", "bytes=0-").startswith("bytes=0-")


async def health(_request: Request) -> Response:
    """`ok`."""
    return PlainTextResponse("ok\n")


application = Starlette(routes=[Route("/files/{token}", file), Route("/healthz", health)])
