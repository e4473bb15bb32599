"""What a form sends: urlencoded or multipart, so much of it and no more, and never a file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

MOST: Final = 32_768
"""Octets of a form: a hundred topics are some four thousand."""
_FIELDS: Final = 200
_SECONDS: Final = 15.0

Form = dict[str, list[str]]


async def form(request: Request) -> Form:
    """The fields of a request's body.

    Raises:
        HTTPException: 413 where it is too long, 408 where it does not come, 400 where it cannot be read.
    """
    if not request.headers.get("content-length", "0").isdigit():
        raise HTTPException(400)
    if int(request.headers.get("content-length", "0")) > MOST:
        raise HTTPException(413)
    body, whole = await _body(request)
    if not whole:
        raise HTTPException(413)
    found = await _fields(request, body)
    if found is None:
        raise HTTPException(400)
    return found


async def lenient(request: Request) -> Form:
    """As form, for who wants to leave: what cannot be read, is too long or does not come holds nobody."""
    try:
        body, _ = await _body(request)
    except HTTPException:
        return {}
    return await _fields(request, body) or {}


async def _body(request: Request) -> tuple[bytes, bool]:
    """The body as far as we read it, and whether that is all of it."""
    body = bytearray()
    try:
        async with asyncio.timeout(_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST:
                    return bytes(body[:MOST]), False
    except TimeoutError:
        raise HTTPException(408) from None
    except ClientDisconnect:
        raise HTTPException(400) from None
    return bytes(body), True


async def _fields(request: Request, body: bytes) -> Form | None:
    """The fields of a body by its media type; None where it is broken."""
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return await _multipart(request, body)
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:  # UnicodeDecodeError, too
        return None
    return _grouped(pairs)


async def _multipart(request: Request, body: bytes) -> Form | None:
    async def stream() -> AsyncIterator[bytes]:
        yield body

    parser = MultiPartParser(request.headers, stream(), max_files=0, max_fields=_FIELDS, max_part_size=MOST)  # type: ignore[arg-type,unused-ignore]
    try:
        found = await parser.parse()
    except (MultiPartException, KeyError, ValueError):
        return None
    return _grouped([(name, value) for name, value in found.multi_items() if isinstance(value, str)])


def _grouped(pairs: list[tuple[str, str]]) -> Form:
    fields: Form = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value.strip())
    return fields


def first(fields: Form, name: str) -> str:
    """A field's first value; empty where there is none."""
    return next(iter(fields.get(name, [])), "")
