"""What may stand behind a key of config.toml: values that are checked, and what every table is."""

from __future__ import annotations

import difflib
import re
from datetime import time
from ipaddress import ip_network
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

Tls = Literal["none", "starttls", "implicit"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

T = TypeVar("T")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)  # looked up by itself: the list of all takes a walk through the disk
    except (KeyError, ValueError, OSError):
        near = difflib.get_close_matches(name, available_timezones(), 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"there is no time zone {name!r}{hint}") from None
    return name


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(
            "must be an absolute http or https address without a query, such as https://example.org/"
        )
    return url.rstrip("/")


def _web_address_or_none(url: str) -> str:
    return _web_address(url) if url else ""


def _mailbox_or_none(value: str) -> str:
    """A bare address whose part before the @ leaves room for a plus and a token of 32 letters."""
    if value and not re.fullmatch(r"[a-z0-9._-]{1,31}@[a-z0-9-]+(\.[a-z0-9-]+)*", value):
        raise ValueError(
            "must be a bare address in small letters, at most 31 before the @, such as b@bounces.example.org"
        )
    return value


def _clock(value: Any) -> Any:
    """A time of day as `09:00`; TOML's own local times are taken too."""
    if isinstance(value, str) and re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value):
        hour, minute = value.split(":")
        return time(int(hour), int(minute))
    if isinstance(value, time):
        return value
    raise ValueError('must be a time of day such as "09:00"')


def _one_line(value: str) -> str:
    if re.search(r"[\x00-\x1f\x7f]", value):
        raise ValueError("must be one line without control characters")
    return value


def _name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", value):
        raise ValueError("must be lower-case letters, digits and hyphens, such as weekly")
    return value


def _host(value: str) -> str:
    try:
        ip_network(value.strip("[]"), strict=False)
    except ValueError as error:
        # A last part of digits would be an address: `10.0.0.300` is a slip, not a name.
        if not re.fullmatch(r"(?:[^\W_][\w-]{0,62}\.)*(?!\d+\.?$)[^\W_][\w-]{0,62}\.?", value):
            raise ValueError(
                "must be a host such as feeds.internal, or a network such as 10.1.0.0/16"
            ) from error
    return value


def _relative(value: str) -> str:
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("must be a path inside the site")
    return path.as_posix()


def _some(value: tuple[T, ...]) -> tuple[T, ...]:
    if not value:
        raise ValueError("must have at least one")
    return value


# A validator of our own: pydantic's min_length counts the items that failed, and reports one fault as two.

Some = Annotated[tuple[T, ...], AfterValidator(_some)]

Line = Annotated[str, AfterValidator(_one_line)]
Name = Annotated[str, AfterValidator(_name)]
Zone = Annotated[str, AfterValidator(_zone)]
Address = Annotated[str, AfterValidator(_web_address)]
OptionalAddress = Annotated[str, AfterValidator(_web_address_or_none)]
OptionalMailbox = Annotated[str, AfterValidator(_mailbox_or_none)]
Clock = Annotated[time, BeforeValidator(_clock)]
Host = Annotated[str, AfterValidator(_host)]
Inside = Annotated[str, AfterValidator(_relative)]
MaybeInside = Annotated[str, AfterValidator(lambda value: value and _relative(value))]
Port = Annotated[int, Field(ge=1, le=65_535)]
Percent = Annotated[float, Field(ge=0, le=100)]
Share = Annotated[float, Field(ge=0, le=1)]


class Table(BaseModel):
    """A table of config.toml: frozen, and nothing in it that we do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=False)
