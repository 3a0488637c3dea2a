"""Encoded scenes and one sound track to a film: an MP4 that starts at once, and the same packets as HLS."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from vitalreel.errors import BadInput
from vitalreel.video.mp4 import Track, fast_start, fragment, init_segment, picture_track, sound_track
from vitalreel.video.rendition import AudioRendition, Packet, VideoRendition

Files = Mapping[str, bytes]
"""File name -> content; the names are relative to one folder."""

_SOUND_SEGMENT_S = 4


def publish(
    scenes: Sequence[VideoRendition],
    sound: AudioRendition,
    webvtt: str,
    width_px: int,
    height_px: int,
    fps: int,
    language: str,
) -> Files:
    """film.mp4, captions.vtt, and master.m3u8 with the playlists, init segments and segments of its three tracks.

    sound: one continuous track at least as long as the pictures (less one frame of AAC). webvtt: a whole WebVTT file.
    Playlists are complete and final. Raises BadInput for no scenes, scenes that do not join, or sound too short.
    """
    picture, pictures = _joined(scenes, width_px, height_px)
    heard = sound_track(sound)
    length = Fraction(sum(packet.duration for packet in pictures), picture.timescale)
    sounds = _sound_for(length, sound)
    segments, picture_list = _picture_segments(scenes, picture)
    more, sound_list = _sound_segments(sounds, heard)
    captions = webvtt.encode("utf-8")
    files = {
        "film.mp4": fast_start(picture, pictures, heard, sounds),
        "captions.vtt": captions,
        "v_init.mp4": init_segment(picture),
        "a_init.mp4": init_segment(heard),
        **segments,
        **more,
        "v.m3u8": _playlist(picture_list, "v_init.mp4"),
        "a.m3u8": _playlist(sound_list, "a_init.mp4"),
        "s.vtt": _mapped(captions),
        "s.m3u8": _playlist([(length, "s.vtt")], None),
    }
    files["master.m3u8"] = _master(files, scenes[0], picture_list, sound_list, (width_px, height_px, fps), language)
    return files


def _joined(scenes: Sequence[VideoRendition], width_px: int, height_px: int) -> tuple[Track, list[Packet]]:
    """All scenes under one init segment: byte-identical ones, or they do not join."""
    if not scenes or not all(scene.packets for scene in scenes):
        raise BadInput("film", "a film without pictures", "give at least one scene, each with at least one frame")
    tracks = [picture_track(scene, width_px, height_px) for scene in scenes]
    for number, (track, scene) in enumerate(zip(tracks, scenes, strict=True)):
        if track != tracks[0]:
            raise BadInput(
                "film", f"scene {number + 1} was encoded with other settings than the first", "render it again"
            )
        if not scene.packets[0].key:
            raise BadInput("film", f"scene {number + 1} does not start with a key picture", "render it again")
    return tracks[0], [packet for scene in scenes for packet in scene.packets]


def _sound_for(length: Fraction, sound: AudioRendition) -> list[Packet]:
    """The packets that cover `length` s after the encoder's delay: no more, so that no player runs past the pictures."""
    needed = length * sound.rate_hz + sound.priming
    covered = 0
    kept = []
    for packet in sound.packets:
        if covered >= needed:
            break
        kept.append(packet)
        covered += packet.duration
    if not kept or covered < needed - kept[-1].duration:
        raise BadInput(
            "film",
            f"the sound ends {float((needed - covered) / sound.rate_hz):.2f} s before the pictures",
            "mix it again",
        )
    return kept


def _picture_segments(
    scenes: Sequence[VideoRendition], track: Track
) -> tuple[dict[str, bytes], list[tuple[Fraction, str]]]:
    """One segment a group of pictures."""
    files: dict[str, bytes] = {}
    listed: list[tuple[Fraction, str]] = []
    at = 0
    for group in (group for scene in scenes for group in _groups(scene.packets)):
        name = f"v{len(listed) + 1}.m4s"
        duration = sum(packet.duration for packet in group)
        files[name] = fragment(len(listed) + 1, at, group)
        listed.append((Fraction(duration, track.timescale), name))
        at += duration
    return files, listed


def _groups(packets: Sequence[Packet]) -> list[list[Packet]]:
    groups: list[list[Packet]] = []
    for packet in packets:
        if packet.key or not groups:
            groups.append([])
        groups[-1].append(packet)
    return groups


def _sound_segments(packets: Sequence[Packet], track: Track) -> tuple[dict[str, bytes], list[tuple[Fraction, str]]]:
    files: dict[str, bytes] = {}
    listed: list[tuple[Fraction, str]] = []
    at = 0
    count = max(1, _SOUND_SEGMENT_S * track.timescale // packets[0].duration)
    for start in range(0, len(packets), count):
        part = packets[start : start + count]
        name = f"a{len(listed) + 1}.m4s"
        duration = sum(packet.duration for packet in part)
        files[name] = fragment(len(listed) + 1, at, part)
        listed.append((Fraction(duration, track.timescale), name))
        at += duration
    return files, listed


def _playlist(listed: Sequence[tuple[Fraction, str]], init: str | None) -> bytes:
    """A complete media playlist (RFC 8216)."""
    longest = max(math.ceil(seconds) for seconds, _ in listed)
    head = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{longest}", "#EXT-X-PLAYLIST-TYPE:VOD"]
    if init is not None:
        head += ["#EXT-X-INDEPENDENT-SEGMENTS", f'#EXT-X-MAP:URI="{init}"']
    rows = [row for seconds, name in listed for row in (f"#EXTINF:{float(seconds):.6f},", name)]
    return "\n".join([*head, *rows, "#EXT-X-ENDLIST", ""]).encode()


def _mapped(webvtt: bytes) -> bytes:
    """The captions with the line HLS wants after the first: caption time 0 is film time 0."""
    first, _, rest = webvtt.partition(b"\n")
    return first + b"\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n" + rest


def _master(
    files: Files,
    scene: VideoRendition,
    picture_list: Sequence[tuple[Fraction, str]],
    sound_list: Sequence[tuple[Fraction, str]],
    size: tuple[int, int, int],
    language: str,
) -> bytes:
    """Bandwidths are those of the segments themselves: the highest, and the mean."""
    length = sum((seconds for seconds, _ in picture_list), Fraction(0))
    total = sum(len(files[name]) for _, name in (*picture_list, *sound_list))
    peak = sum(
        max(8 * len(files[name]) / float(seconds) for seconds, name in part) for part in (picture_list, sound_list)
    )
    width_px, height_px, fps = size
    shared = f'NAME="{language}",LANGUAGE="{language}",DEFAULT=YES,AUTOSELECT=YES'
    stream = (
        f"BANDWIDTH={math.ceil(peak)},AVERAGE-BANDWIDTH={math.ceil(8 * total / float(length))}"
        f',CODECS="avc1.{scene.sps[1:4].hex()},mp4a.40.2",RESOLUTION={width_px}x{height_px}'
        f',FRAME-RATE={fps:.3f},AUDIO="a",SUBTITLES="s"'
    )
    rows = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",{shared},CHANNELS="2",URI="a.m3u8"',
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",{shared},URI="s.m3u8"',
        f"#EXT-X-STREAM-INF:{stream}",
        "v.m3u8",
        "",
    ]
    return "\n".join(rows).encode()
