"""Sealed issues: the record that everything public is made of, and the site that is written from it."""

from digest.archive.manifest import FORMAT, Manifest
from digest.archive.parts import PARTS, dump_parts, load_parts
from digest.archive.reading import asset_copies, load, manifest_of, read, sealed, verify
from digest.archive.record import dump_issue, load_issue
from digest.archive.sealing import seal
from digest.archive.site import write_site

__all__ = [
    "FORMAT",
    "PARTS",
    "Manifest",
    "asset_copies",
    "dump_issue",
    "dump_parts",
    "load",
    "load_issue",
    "load_parts",
    "manifest_of",
    "read",
    "seal",
    "sealed",
    "verify",
    "write_site",
]
