"""Feeds of the world: read, understood, and written as small files of the inbox."""
