"""The pronunciation dictionary of a workspace: how the names of the product, accounts and contacts are said.

Siobhan: shi vawn          # a respelling, read as English
Nguyen: /wˈɪn/             # or phonemes, between slashes
Wei Zhang: way jahng       # a full name wins over its parts
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from vitalreel.errors import BadConfiguration


def read_pronunciations(text: str, where: str) -> dict[str, str]:
    """Word -> respelling or /phonemes/, in the file's order, as `ports.Voice.speak` takes it.

    where: the file's name, for errors. Raises BadConfiguration for anything but a plain mapping of words to sounds.
    """
    try:
        loaded = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise BadConfiguration(
            where, f"not YAML: {str(error).splitlines()[0]}", "write one `Name: sound` a line"
        ) from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise BadConfiguration(where, "not a list of names", "write one `Name: sound` a line")
    return {_word(word, where): _sound(str(word), sound, where) for word, sound in loaded.items()}


def _word(word: object, where: str) -> str:
    if not isinstance(word, str) or not any(c.isalpha() for c in word):
        raise BadConfiguration(where, f"{word!r} is not a name", "put it in quotes if it is one")
    return word.strip()


def _sound(word: str, sound: object, where: str) -> str:
    if not isinstance(sound, str) or not sound.strip():
        raise BadConfiguration(where, f"{word!r} has no sound", "write a respelling, or phonemes between slashes")
    said = sound.strip()
    if re.search(r"\d", said):
        raise BadConfiguration(where, f"the sound of {word!r} has a digit in it", "write it as it is said")
    if said.startswith("/") != (said.endswith("/") and len(said) > 2):
        raise BadConfiguration(
            where, f"the phonemes of {word!r} want a slash at both ends", f"write /{said.strip('/')}/"
        )
    return said


def sounds_in(text: str, dictionary: Mapping[str, str]) -> dict[str, str]:
    """The entries of `dictionary` that occur in `text`: what the take depends on, so that other entries leave it be."""
    low = text.replace("’", "'").casefold()
    return {
        w: s
        for w, s in dictionary.items()
        if re.search(rf"(?<!\w){re.escape(w.replace('’', chr(39)).casefold())}(?!\w)", low)
    }
