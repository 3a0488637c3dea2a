"""The track: loudness and peak to standard, music that steps back, silence and peaks measured right."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from scipy.signal import butter, resample_poly, sosfilt, welch

from vitalreel.errors import BadInput
from vitalreel.sound.loudness import Samples, integrated_lufs, longest_silence, true_peak_db
from vitalreel.sound.mix import CEILING_DB, DUCK_DB, RATE_HZ, TARGET_LUFS, Cue, duck_gain, limit, mix, spoken_stretches
from vitalreel.sound.music import ENDING_S, FAMILIES, bed, looped


def speechlike(seconds: float, seed: int = 1) -> Samples:
    """Noise in bursts of a syllable, with the crest of speech."""
    chance = np.random.default_rng(seed)
    t = np.arange(round(seconds * 24_000)) / 24_000
    carrier = np.sin(2 * np.pi * 180 * t) + 0.5 * np.sin(2 * np.pi * 1_300 * t) + 0.3 * chance.standard_normal(len(t))
    return (0.2 * carrier * np.sin(np.pi * 4 * t) ** 4).astype(np.float32)


def cue(start_s: float, seconds: float) -> Cue:
    return Cue(start_s, speechlike(seconds), 24_000, ((0.1, seconds - 0.1),))


CUES = (cue(1.0, 3.0), cue(4.4, 2.0), cue(9.5, 3.0))


def told(length_s: float) -> tuple[Cue, ...]:
    """Sentences of five seconds with pauses, as far as the film reaches."""
    return tuple(cue(start, min(5.0, length_s - start - 0.5)) for start in np.arange(1.0, length_s - 3, 8.0))


@pytest.mark.parametrize("length_s", [5.0, 40.0])
@pytest.mark.parametrize("family", [None, *FAMILIES])
def test_the_track_is_to_standard_with_and_without_music(family: str | None, length_s: float) -> None:
    """V9, V14: -16 LUFS within half a unit, true peak at or under -1 dBTP, stereo, 48 kHz, as long as the film."""
    made = mix(told(length_s), length_s, None if family is None else bed(family, length_s, 3))

    assert (length_s * RATE_HZ, 2) == made.shape
    assert integrated_lufs(made, RATE_HZ) == pytest.approx(TARGET_LUFS, abs=0.5)
    assert true_peak_db(made) <= -1.0


def test_ten_minutes_are_to_standard_too() -> None:
    """V7, V14: the longest film is mixed in pieces and comes out as a short one does."""
    made = mix(told(600.0), 600.0, bed("warm", 600.0, 3))

    assert (600 * RATE_HZ, 2) == made.shape
    assert integrated_lufs(made, RATE_HZ) == pytest.approx(TARGET_LUFS, abs=0.5)
    assert true_peak_db(made) <= -1.0


@pytest.mark.parametrize("family", FAMILIES)
def test_music_stands_well_behind_the_voice_and_stays_there(family: str) -> None:
    """V9: in a pause music is 8 to 14 dB under the voice, and over a held note of speech it moves by less than 3 dB."""
    made = mix((cue(1, 6), cue(13, 6)), 26.0, bed(family, 26.0, 3))
    speech = level_db(made, 2.0, 6.0)

    assert 8 <= speech - level_db(made, 8.5, 12.0) <= 16


def test_the_same_film_is_mixed_to_the_same_samples() -> None:
    """V12: the same inputs give the same film."""
    first, again = (mix(CUES, 16.0, bed("calm", 16.0, 3)) for _ in range(2))

    assert np.array_equal(first, again)


def level_db(samples: Samples, begin_s: float, end_s: float) -> float:
    part = samples[round(begin_s * RATE_HZ) : round(end_s * RATE_HZ)]
    return 10 * float(np.log10(np.mean(np.square(part)) + 1e-12))


def test_music_is_down_before_the_first_word_and_back_in_a_long_pause() -> None:
    """V9: music ducked under the voice, by the word times."""
    quiet = tuple(Cue(c.start_s, np.full_like(c.samples, 1e-5), c.rate_hz, c.words) for c in CUES)
    steady = np.full((16 * RATE_HZ, 2), 0.1, np.float32) * np.sin(np.arange(16 * RATE_HZ) * 0.06)[:, None].astype(
        np.float32
    )
    heard = steady * duck_gain(spoken_stretches(quiet), len(steady))[:, None]
    before, speaking, short_pause, long_pause = (level_db(heard, a, a + 0.3) for a in (0.4, 1.1, 4.0, 7.6))

    assert speaking - before == pytest.approx(DUCK_DB, abs=0.2)
    assert short_pause == pytest.approx(speaking, abs=0.2)
    assert long_pause == pytest.approx(before, abs=0.2)


def test_sentences_that_overlap_or_do_not_fit_are_refused() -> None:
    """V14: a wrong clock is told, not mixed."""
    with pytest.raises(BadInput, match="starts before the last one ends"):
        mix((cue(1, 3), cue(3.5, 2)), 10.0)
    with pytest.raises(BadInput, match="make the last scene longer"):
        mix((cue(1, 3),), 3.0)
    with pytest.raises(BadInput, match="no sentence"):
        mix((), 3.0)


@pytest.mark.parametrize("seed", range(4))
def test_the_limiter_keeps_true_peaks_under_the_ceiling_and_changes_nothing_else(seed: int) -> None:
    """V14: clicks between samples count too; quiet stretches stay as they were."""
    loud = resample_poly(speechlike(4, seed), 2, 1)[:, None] * np.array([3.0, 2.5], np.float32)
    loud[:RATE_HZ] *= 0.01
    held = limit(loud.astype(np.float32))

    assert true_peak_db(loud) > 0 > CEILING_DB >= true_peak_db(held)
    assert np.array_equal(held[: RATE_HZ // 2], loud[: RATE_HZ // 2])


# Measuring


def test_true_peak_is_the_one_of_the_whole_track_at_four_times_the_rate() -> None:
    """V14: passing over what cannot win loses nothing."""
    track = np.repeat(resample_poly(speechlike(3, 5), 2, 1)[:, None], 2, axis=1) + np.float32(
        0.3
    )  # every cut is a step
    expected = 20 * np.log10(np.max(np.abs(resample_poly(track, 4, 1, axis=0))))

    assert true_peak_db(track) == pytest.approx(expected, abs=1e-4)


def test_a_peak_between_samples_is_found() -> None:
    """V14: a sine at a quarter of the rate, sampled off its crests, peaks 3 dB above its samples (BS.1770-4 annex 2)."""
    track = np.sin(np.pi / 2 * np.arange(48_000) + np.pi / 4).astype(np.float32)

    assert 20 * np.log10(np.max(np.abs(track))) == pytest.approx(-3.0, abs=0.02)
    assert true_peak_db(track) == pytest.approx(0.0, abs=0.2)


def test_loudness_taken_in_pieces_is_that_of_the_whole() -> None:
    """V14: an independent meter over the whole track agrees, at any rate and length, across the gates."""
    track = np.concatenate([speechlike(21.3, 5), 0.01 * speechlike(9, 6), np.zeros(72_000, np.float32)])

    for part, rate_hz in ((track, 24_000), (track[:20_000], 24_000), (resample_poly(track, 2, 1), 48_000)):
        expected = pyloudnorm.Meter(rate_hz).integrated_loudness(part.astype(np.float64))
        assert integrated_lufs(part, rate_hz) == pytest.approx(expected, abs=0.02)


def test_loudness_of_the_reference_tone_is_right() -> None:
    """V14: a 997 Hz sine at full scale in one channel reads -3.01 LUFS (EBU Tech 3341, BS.1770-4)."""
    t = np.arange(5 * 48_000) / 48_000
    tone = np.stack((np.sin(2 * np.pi * 997 * t), np.zeros_like(t)), axis=1).astype(np.float32)

    assert integrated_lufs(tone, 48_000) == pytest.approx(-3.01, abs=0.05)


def test_the_longest_silence_is_found() -> None:
    """V14: a silent stretch that is not meant stops the film."""
    track = np.full(48_000 * 5, 0.1, np.float32)
    track[48_000 : 48_000 * 3] = 0

    assert longest_silence(track, 48_000) == pytest.approx((1.0, 2.0), abs=0.03)
    assert (0.0, 0.0) == longest_silence(np.full(48_000, 0.1, np.float32), 48_000)
    assert [-np.inf, -np.inf] == [
        integrated_lufs(np.zeros(48_000, np.float32), 48_000),
        true_peak_db(np.zeros(10, np.float32)),
    ]


# Music


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seconds", [2.0, 17.3])
def test_a_bed_is_as_long_as_asked_and_ends_in_silence(family: str, seconds: float) -> None:
    """V9: any film length has an ending, not a cut."""
    made = bed(family, seconds, 7)

    assert (round(seconds * RATE_HZ), 2) == made.shape
    assert 0.5 == pytest.approx(float(np.max(np.abs(made))), abs=1e-3)
    assert level_db(made, seconds - 0.1, seconds) < level_db(made, 0.5, 1.5) - 30


def loudest_hz(part: Samples, low: float, high: float) -> float:
    spectrum = np.abs(np.fft.rfft(part.mean(axis=1) * np.hanning(len(part)), 8 * len(part)))
    clock = np.fft.rfftfreq(8 * len(part), 1 / RATE_HZ)
    return float(clock[np.argmax(np.where((clock >= low) & (clock < high), spectrum, 0))])


@pytest.mark.parametrize("family", FAMILIES)
def test_a_bed_ends_on_its_home_chord(family: str) -> None:
    """V9: the last seconds ring on the family's first bass note, an octave up, where a phone plays it."""
    made = bed(family, 30.0, 7)
    tail = made[round((30 - ENDING_S + 1.5) * RATE_HZ) : round((30 - ENDING_S + 3.5) * RATE_HZ)]
    home = 440 * 2 ** ((FAMILIES[family].chords[0][0] + 12 - 69) / 12)

    assert loudest_hz(tail, 60, 160) == pytest.approx(home, rel=0.01)


def band_db(samples: Samples, low: float, high: float) -> float:
    """A band's share of the power, in dB."""
    hz, power = welch(samples.mean(axis=1), RATE_HZ, nperseg=8192)
    return 10 * float(np.log10(power[(hz >= low) & (hz < high)].sum() / power.sum() + 1e-12))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_bed_leaves_the_voice_its_place_and_survives_a_phone(family: str) -> None:
    """V9: little where consonants are, little rumble, no click or hiss, and nothing lost where both sides become one."""
    made = bed(family, 30.0, 11)
    sides = np.mean(np.square(made))

    assert band_db(made, 1_000, 4_000) < -18
    assert band_db(made, 0, 80) < -9
    assert np.max(np.abs(sosfilt(CLICKS, made[:, 0]))) < 0.002
    assert 10 * np.log10(np.mean(np.square(made.mean(axis=1))) / sides) > -3.5


CLICKS = butter(4, 6_000, "highpass", fs=RATE_HZ, output="sos")
"""Only a step has anything above this; the beds' notes end at 4 kHz."""


# A recording of one's own


def recording(seconds: float) -> Samples:
    """A tone that ends anywhere but where it began."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.stack([0.4 * np.sin(2 * np.pi * hz * t) for hz in (220.3, 331.7)], axis=1).astype(np.float32)


@pytest.mark.parametrize("seconds", [6.0, 9.7, 40.0])
def test_a_recording_is_looped_without_a_click_or_a_hole(seconds: float) -> None:
    """V9: a company's own bed, as long as the film, faded out like the others; its level wavers by no more than 3 dB."""
    made = looped(recording(seconds), 33.3)
    levels = [level_db(made, at, at + 0.25) for at in np.arange(1.0, 28.0, 0.25)]

    assert (round(33.3 * RATE_HZ), 2) == made.shape
    assert np.max(np.abs(sosfilt(CLICKS, made[:, 0]))) < 0.002
    assert max(levels) - min(levels) < 3.2
    assert level_db(made, 33.2, 33.3) < -60


def test_a_recording_that_cannot_be_used_is_refused() -> None:
    """V9: silence, or a scrap too short to be repeated."""
    with pytest.raises(BadInput, match="silent"):
        looped(np.zeros((RATE_HZ, 2), np.float32), 20)
    with pytest.raises(BadInput, match="too short"):
        looped(recording(2.0), 20)


def test_a_bed_is_the_same_for_a_seed_and_another_for_another() -> None:
    """V12: reproducible, and two films of one contact need not sound alike."""
    first, again, other = bed("bright", 12.0, 7), bed("bright", 12.0, 7), bed("bright", 12.0, 8)

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_an_unknown_family_lists_the_known_ones() -> None:
    """V9: a typing error in brand.yaml is answered with the choices."""
    with pytest.raises(BadInput, match="calm, bright, warm, spare, plain"):
        bed("epic", 10.0, 1)
