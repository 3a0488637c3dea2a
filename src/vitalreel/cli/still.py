"""`still`: a moment of a film as a picture."""

from __future__ import annotations

from pathlib import Path

import click

from vitalreel.cli.films import whole_id
from vitalreel.cli.frame import Frame, framed
from vitalreel.edges import gl
from vitalreel.identity import VideoId
from vitalreel.settings import read_settings
from vitalreel.steps.still import board_of, still_png
from vitalreel.store.media import Media
from vitalreel.wiring import kit_of, open_doors, read_faces


@click.command()
@click.argument("video")
@click.option("--at", "at_s", type=float, required=True, help="Seconds from the film's beginning.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The PNG file to write; one that is there is replaced.",
)
@framed
def still(frame: Frame, video: str, at_s: float, out: Path) -> None:
    """Draw one moment of a film again from its document, as it is on screen then.

    \b
    $ vitalreel still -w ws 4f0c8f2b --at 12.5 --out still.png
    still.png  1920 x 1080, at 12.5 s of 62.4
    """
    doors = open_doors(frame.root())
    media = Media(doors.workspace.media)
    board = board_of(media, VideoId(whole_id(doors, video)))
    gl.ready()
    out.write_bytes(still_png(media, kit_of(doors), read_faces(read_settings().assets), board, at_s))
    document = {"file": str(out), "width_px": board.width_px, "height_px": board.height_px, "at_s": at_s}
    frame.answer(document, f"{out}  {board.width_px} x {board.height_px}, at {at_s:g} s of {board.length_s:.1f}")
