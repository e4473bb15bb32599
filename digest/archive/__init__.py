"""Sealed issues: the record that everything public is made of, and the site that is written from it."""

from digest.archive.manifest import FORMAT, Manifest
from digest.archive.notices import add_notice, notices, verify_notices
from digest.archive.parts import PARTS, dump_parts, load_parts
from digest.archive.reading import asset_copies, load, manifest_of, read, sealed, verify
from digest.archive.record import dump_issue, load_issue
from digest.archive.sealing import manifest_for, seal
from digest.archive.site import write_site

__all__ = [
    "FORMAT",
    "PARTS",
    "Manifest",
    "add_notice",
    "asset_copies",
    "dump_issue",
    "dump_parts",
    "load",
    "load_issue",
    "load_parts",
    "manifest_for",
    "manifest_of",
    "notices",
    "read",
    "seal",
    "sealed",
    "verify",
    "verify_notices",
    "write_site",
]
