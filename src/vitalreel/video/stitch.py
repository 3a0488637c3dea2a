"""Encoded scenes and one sound track to a film: an MP4 that starts at once, and the same packets as HLS."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from vitalreel.errors import BadInput
from vitalreel.video.mp4 import Track, fast_start_head, fragment_head, init_segment, picture_track, sound_track
from vitalreel.video.pieces import Pieced, Pieces, Places, payload, size, whole
from vitalreel.video.rendition import AudioRendition, Packet, VideoRendition

Files = Mapping[str, bytes]
"""File name -> content; the names are relative to one folder."""

_SOUND_SEGMENT_S = 4
_BY_CHOICE = "DEFAULT=NO,AUTOSELECT=NO"
"""Captions stand in the picture of every scene: a player that shows the track by itself shows each word twice (decisions/0047)."""


def publish(
    scenes: Sequence[VideoRendition],
    sound: AudioRendition,
    webvtt: str,
    width_px: int,
    height_px: int,
    fps: int,
    language: str,
) -> Files:
    """The film's files, whole; see in_pieces."""
    pieced = in_pieces(scenes, sound, webvtt, width_px, height_px, fps, language)
    sources = [payload(scene.packets) for scene in scenes] + [payload(sound.packets)]
    return {name: whole(pieces, sources) for name, pieces in pieced.items()}


def in_pieces(
    scenes: Sequence[VideoRendition],
    sound: AudioRendition,
    webvtt: str,
    width_px: int,
    height_px: int,
    fps: int,
    language: str,
) -> Pieced:
    """film.mp4, captions.vtt, and master.m3u8 with the playlists, init segments and segments of its three tracks.

    sound: one continuous track at least as long as the pictures (less one frame of AAC). webvtt: a whole WebVTT file.
    Playlists are complete and final. Raises BadInput for no scenes, scenes that do not join, or sound too short.
    """
    picture, pictures = _joined(scenes, width_px, height_px)
    heard = sound_track(sound)
    length = Fraction(sum(packet.duration for packet in pictures), picture.timescale)
    sounds = _sound_for(length, sound)
    places = Places((number, scene.packets) for number, scene in enumerate(scenes)), Places([(len(scenes), sounds)])
    segments, picture_list = _segments("v", _groups(pictures), picture, places[0])
    more, sound_list = _segments("a", _turns(sounds, heard), heard, places[1])
    head, runs = fast_start_head(picture, pictures, heard, sounds)
    captions = webvtt.encode("utf-8")
    files: dict[str, Pieces] = {
        "film.mp4": (head, *(span for run in runs for span in places[run.track].spans(run.first, run.stop))),
        "captions.vtt": (captions,),
        "v_init.mp4": (init_segment(picture),),
        "a_init.mp4": (init_segment(heard),),
        **segments,
        **more,
        "v.m3u8": (_playlist(picture_list, "v_init.mp4"),),
        "a.m3u8": (_playlist(sound_list, "a_init.mp4"),),
        "s.vtt": (_mapped(captions),),
        "s.m3u8": (_playlist([(length, "s.vtt")], None),),
    }
    files["master.m3u8"] = (_master(files, scenes[0], picture_list, sound_list, (width_px, height_px, fps), language),)
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
    """The packets that cover `length` s after the encoder's delay, the last one cut to end with the pictures.

    So that no player runs past them, by not even a part of an AAC frame.
    """
    needed = math.ceil(length * sound.rate_hz) + sound.priming
    covered = 0
    kept = []
    for packet in sound.packets:
        if covered >= needed:
            break
        kept.append(replace(packet, duration=min(packet.duration, needed - covered)))
        covered += packet.duration
    if not kept or covered < needed - sound.packets[-1].duration:
        raise BadInput(
            "film",
            f"the sound ends {(needed - covered) / sound.rate_hz:.2f} s before the pictures",
            "mix it again",
        )
    return kept


def _segments(
    letter: str, groups: Sequence[Sequence[Packet]], track: Track, places: Places
) -> tuple[dict[str, Pieces], list[tuple[Fraction, str]]]:
    """One segment a group of packets: the head that places it in the film, and where its packets lie."""
    files: dict[str, Pieces] = {}
    listed: list[tuple[Fraction, str]] = []
    at = first = 0
    for number, group in enumerate(groups, start=1):
        name = f"{letter}{number}.m4s"
        duration = sum(packet.duration for packet in group)
        files[name] = (fragment_head(number, at, group), *places.spans(first, first + len(group)))
        listed.append((Fraction(duration, track.timescale), name))
        at, first = at + duration, first + len(group)
    return files, listed


def _groups(packets: Sequence[Packet]) -> list[list[Packet]]:
    """Groups of pictures: scenes start with key pictures, so that no group crosses a joint."""
    groups: list[list[Packet]] = []
    for packet in packets:
        if packet.key or not groups:
            groups.append([])
        groups[-1].append(packet)
    return groups


def _turns(packets: Sequence[Packet], track: Track) -> list[Sequence[Packet]]:
    """Sound in stretches of four seconds."""
    count = max(1, _SOUND_SEGMENT_S * track.timescale // packets[0].duration)
    return [packets[start : start + count] for start in range(0, len(packets), count)]


def _playlist(listed: Sequence[tuple[Fraction, str]], init: str | None) -> bytes:
    """A complete media playlist (RFC 8216)."""
    head = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{_target(listed)}", "#EXT-X-PLAYLIST-TYPE:VOD"]
    if init is not None:
        head += ["#EXT-X-INDEPENDENT-SEGMENTS", f'#EXT-X-MAP:URI="{init}"']
    rows = [row for seconds, name in listed for row in (f"#EXTINF:{_written(seconds)},", name)]
    return "\n".join([*head, *rows, "#EXT-X-ENDLIST", ""]).encode()


def _target(listed: Sequence[tuple[Fraction, str]]) -> int:
    """Seconds; no segment is longer."""
    return max(math.ceil(seconds) for seconds, _ in listed)


def _written(seconds: Fraction) -> str:
    """A segment's length as players read it."""
    return f"{float(seconds):.6f}"


def peak_bits(listed: Sequence[tuple[Fraction, int]], target_s: int) -> Fraction:
    """The peak segment bit rate (RFC 8216, 4.1), in bits a second: of the heaviest segments in a row that last between half and
    one and a half times `target_s` together; of all of them where they are shorter than that. A last segment of a tenth of a
    second, which is mostly its own head, is no rate of ten times the film's.

    listed: seconds as the playlist states them, above 0, and bytes.
    """
    rates = []
    for first in range(len(listed)):
        seconds, weight = Fraction(0), 0
        for more, size_b in listed[first:]:
            seconds, weight = seconds + more, weight + size_b
            if 2 * seconds > 3 * target_s:
                break
            if 2 * seconds >= target_s:
                rates.append(8 * weight / seconds)
    return max(rates, default=8 * sum(w for _, w in listed) / sum((s for s, _ in listed), Fraction(0)))


def _mapped(webvtt: bytes) -> bytes:
    """The captions with the line HLS wants after the first: caption time 0 is film time 0."""
    first, _, rest = webvtt.partition(b"\n")
    return first + b"\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n" + rest


def _master(
    files: Pieced,
    scene: VideoRendition,
    picture_list: Sequence[tuple[Fraction, str]],
    sound_list: Sequence[tuple[Fraction, str]],
    picture: tuple[int, int, int],
    language: str,
) -> bytes:
    """Bandwidths are those of the segments themselves: the peak, and the mean."""
    length = sum((seconds for seconds, _ in picture_list), Fraction(0))
    total = sum(size(files[name]) for _, name in (*picture_list, *sound_list))
    peak = sum(
        peak_bits([(Fraction(_written(seconds)), size(files[name])) for seconds, name in part], _target(part))
        for part in (picture_list, sound_list)
    )
    width_px, height_px, fps = picture
    named = f'NAME="{language}",LANGUAGE="{language}"'
    stream = (
        f"BANDWIDTH={math.ceil(peak)},AVERAGE-BANDWIDTH={math.ceil(8 * total / float(length))}"
        f',CODECS="avc1.{scene.sps[1:4].hex()},mp4a.40.2",RESOLUTION={width_px}x{height_px}'
        f',FRAME-RATE={fps:.3f},AUDIO="a",SUBTITLES="s"'
    )
    rows = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",{named},DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="a.m3u8"',
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",{named},{_BY_CHOICE},URI="s.m3u8"',
        f"#EXT-X-STREAM-INF:{stream}",
        "v.m3u8",
        "",
    ]
    return "\n".join(rows).encode()
