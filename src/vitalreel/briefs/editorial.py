"""The editorial standard, as far as a program can check it on a finished script: one finding a fault, with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from vitalreel.briefs.readability import figures_in, grade, sentences_of, words_in
from vitalreel.briefs.script import Script, ScriptScene
from vitalreel.briefs.trace import picture_lines

FORBIDDEN = {
    "watching the customer": r"\bwe(?:['’]ve| have)? (?:noticed|saw|detected|spotted|observed)\b|monitor(?:ed|ing)|"
    r"keeping an eye|\btrack(?:ed|ing) (?:you|your)\b|our (?:system|algorithm|model|data) (?:shows?|flag|detect|suggest|indicat)|"
    r"flagged|health score|\bat risk\b|churn|inactive users?|low engagement|disengaged|\balert\b|underutili",
    "blaming the customer": r"\b(?:you|your team|your people)(?: \w+)? (?:haven['’]t|have not|failed to|fails? to|stopped|neglected)\b",
    "their viewing": r"you (?:watched|clicked|skipped)|you opened (?:our|the|this) (?:email|film|video|link)",
    "selling": r"\b(?:excited|thrilled|delighted|amazing|incredible|awesome|powerful|seamless\w*|unlock\w*|leverag\w*|"
    r"game.?chang\w*|best.in.class|world.class|supercharg\w*|journey|transform\w*|robust|cutting.edge|revolution\w*|next level|"
    r"empower\w*|synerg\w*|fantastic|skyrocket\w*|effortless\w*|maximi[sz]e|turbo\w*|innovative|solutions?)\b",
    "false closeness": r"\b(?:we miss you|hope (?:you['’]re|you are|this finds)|just (?:wanted|checking)|touch(?:ing)? base|"
    r"circle back|reach(?:ing)? out|our friends?|dear friend|we love|family|guys|rock ?stars?|quick question|valued customer)\b",
    "pressure": r"\b(?:act now|don['’]t miss|last chance|hurry|limited time|only \w+ (?:days|seats) left|before it['’]s too late|"
    r"as you know|obviously|simply|of course|easy|unfortunately)\b",
    "a cause": r"\b(?:thanks to|because of (?:us|our)|led to|resulted? in|drove|boost\w*|saved you|as a result|delivered|"
    r"caused by us|due to us)\b",
}
"""Phrases of editorial.md's table of what is never said, by what is wrong with them."""
LONGEST = {"enterprise": 26, "mid_market": 22, "long_tail": 20}
LONGEST_FIXED = 30
MEAN_MOST = 16.0
HEADLINE_MOST = 60
FIGURES_A_SENTENCE = 2
FIGURES_IN_15_S = 4
WORDS_PER_S = 2.8
"""168 words a minute, the breaths between sentences included: the voice of films, measured over 1,724 words of three films."""
BETWEEN_S, HOLD_S, LEAD_S = 1.0, 3.0, 0.8
SIGNAL_BY_S = 20.0
FALLS = (
    r"\b(?:lower|fewer|less|fell|fall|falls|below|dropped|declined|decreased|shrank|nearly stopped|almost stopped)\b"
)
RISES = r"\b(?:higher|more|rose|rise|rises|grew|above|increased|gained)\b"


@dataclass(frozen=True, slots=True)
class Finding:
    where: str
    what: str
    level: Literal["error", "warning"] = "error"  # an error stops the film


def check(script: Script, grade_most: float = 9.0) -> tuple[Finding, ...]:
    """What the standard has against a script.

    grade_most: highest Flesch-Kincaid grade allowed (the module's own).
    """
    findings: list[Finding] = []
    for scene in script.scenes:
        findings += _scene(scene, script)
    findings += _film(script, grade_most)
    return tuple(findings)


def length_s(script: Script) -> float:
    """How long the film will be at 150 words a minute, with the pauses between scenes and the hold at its end."""
    return sum(scene_s(scene) for scene in script.scenes) - BETWEEN_S + HOLD_S + LEAD_S


def scene_s(scene: ScriptScene) -> float:
    """How long a scene will be, with the pause after it."""
    return sum(words_in(line.said) for line in scene.say) / WORDS_PER_S + BETWEEN_S


# One scene


def _scene(scene: ScriptScene, script: Script) -> Iterator[Finding]:
    where = f"scene {scene.name}"
    spoken = " ".join(line.said for line in scene.say)
    yield from _phrases(f"{spoken} | {scene.headline.shown}", where)
    longest = LONGEST_FIXED if script.variants.get(scene.name) == "exactly" else LONGEST.get(script.brief.segment, 20)
    for line in scene.say:
        for sentence in sentences_of(line):
            if (count := words_in(sentence)) > longest:
                yield Finding(where, f"a sentence of {count} words, {longest} at most: {sentence}")
        if (figures := figures_in(line, script.brief.facts)) > FIGURES_A_SENTENCE:
            yield Finding(where, f"{figures} figures in a sentence, {FIGURES_A_SENTENCE} at most: {line.said}")
    yield from _headline(scene, spoken, where)
    yield from _directions(scene, script, where)


def _phrases(text: str, where: str) -> Iterator[Finding]:
    for wrong, pattern in FORBIDDEN.items():
        for found in re.finditer(pattern, text, re.I):
            yield Finding(where, f"{wrong}: {found[0]!r}")
    if "!" in text:
        yield Finding(where, "an exclamation mark")


def _headline(scene: ScriptScene, spoken: str, where: str) -> Iterator[Finding]:
    shown = scene.headline.shown
    if len(shown) > HEADLINE_MOST:
        yield Finding(where, f"a headline of {len(shown)} characters, {HEADLINE_MOST} at most: {shown}", _level(scene))
    words, voice = re.findall(r"\w+", shown.lower()), " ".join(re.findall(r"\w+", spoken.lower()))
    for at in range(len(words) - 3):
        if f" {' '.join(words[at : at + 4])} " in f" {voice} ":
            yield Finding(where, f"headline and voice share {' '.join(words[at : at + 4])!r}")
            return


def _level(scene: ScriptScene) -> Literal["error", "warning"]:
    """A long name of the customer's own may make a headline too long; the picture wraps it, so it is no error."""
    own = "".join(r.shown for r in scene.headline.runs if r.fact is None)
    return "error" if len(own) > HEADLINE_MOST * 2 / 3 else "warning"


def _directions(scene: ScriptScene, script: Script, where: str) -> Iterator[Finding]:
    """Words such as "lower" in a text that quotes a change must match the sign of the change."""
    for line in (scene.headline, *scene.say, *picture_lines(scene)):
        for number, run in enumerate(line.runs):
            fact = script.brief.facts.get(run.fact or "")
            if fact is None or not fact.unit.startswith("percent") or not isinstance(fact.value, int | float):
                continue
            after = line.runs[number + 1].said if number + 1 < len(line.runs) else ""
            next_words = " ".join(after.split()[:2])
            if re.match(FALLS, next_words) and fact.value > 0:
                yield Finding(where, f"{fact.name} rose, and the text says {next_words!r}")
            if re.match(RISES, next_words) and fact.value < 0:
                yield Finding(where, f"{fact.name} fell, and the text says {next_words!r}")


# The whole film


def _film(script: Script, grade_most: float) -> Iterator[Finding]:
    lines = [line for scene in script.scenes for line in scene.say]
    sentences = [s for line in lines for s in sentences_of(line)]
    if (mean := sum(map(words_in, sentences)) / max(1, len(sentences))) > MEAN_MOST:
        yield Finding("film", f"sentences of {mean:.1f} words on average, {MEAN_MOST:g} at most")
    if (level := grade(lines)) > grade_most:
        yield Finding("film", f"reading grade {level:.1f}, {grade_most:g} at most")
    if (asked := sum(line.said.count("?") for line in lines)) > 1:
        yield Finding("film", f"{asked} questions, 1 at most")
    if sum(figures_in(line, script.brief.facts, dates=True) for line in lines) < 2:
        yield Finding("film", "fewer than 2 figures spoken")
    low, high = script.brief.length_s
    if not low <= (seconds := length_s(script)) <= high:
        yield Finding("film", f"about {seconds:.0f} s, made for {low:g} to {high:g}")
    for part, (shortest, longest) in script.brief.parts.items():
        whole = sum(scene_s(scene) for scene in script.scenes if scene.part == part)
        if not shortest <= whole <= longest:
            yield Finding(f"part {part}", f"about {whole:.0f} s, made for {shortest:g} to {longest:g}")
    if len([s for s in script.scenes if s.kind == "next_step"]) != 1:
        yield Finding("film", "not exactly one scene with the next step")
    yield from _crowded(script)
    yield from _signal(script)


def _crowded(script: Script) -> Iterator[Finding]:
    """More than FIGURES_IN_15_S figures within any 15 seconds, by the estimate of `length_s`."""
    at, spoken = LEAD_S, list[float]()
    for scene in script.scenes:
        for line in scene.say:
            spoken += [at] * figures_in(line, script.brief.facts)
            at += words_in(line.said) / WORDS_PER_S
        at += BETWEEN_S
    for first in spoken:
        if (count := sum(first <= later < first + 15 for later in spoken)) > FIGURES_IN_15_S:
            yield Finding("film", f"{count} figures within 15 s, {FIGURES_IN_15_S} at most")
            return


def _signal(script: Script) -> Iterator[Finding]:
    """The first figure or date must have been begun within SIGNAL_BY_S."""
    at = LEAD_S
    for scene in script.scenes:
        for line in scene.say:
            if figures_in(line, script.brief.facts, dates=True):
                if at > SIGNAL_BY_S:
                    yield Finding(
                        f"scene {scene.name}", f"the first fact comes after {at:.0f} s, {SIGNAL_BY_S:g} at most"
                    )
                return
            at += words_in(line.said) / WORDS_PER_S
        at += BETWEEN_S
