"""`serve`: the reader's pages, until it is told to stop."""

from __future__ import annotations

from typing import Annotated

import typer

from digest.cli.app import Desk, app, command


@command(app, "serve")
def serve(
    desk: Desk,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Address to listen on; [serve] host when absent.")
    ] = "",
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=0,
            max=65_535,
            metavar="N",
            help="Port; 0 takes a free one. [serve] port when absent.",
        ),
    ] = None,
) -> None:
    """Answer readers: subscribing, confirming, preferences, leaving, and the public site."""
    from digest.web.reader.serving import serve as run

    site = desk.site()
    table = site.config.serve
    run(
        site,
        host=host or table.host,
        port=table.port if port is None else port,
        say=desk.terminal.say,
        ready=lambda address: desk.terminal.emit({"address": address}),
    )
