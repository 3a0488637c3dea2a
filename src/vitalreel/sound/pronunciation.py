"""The pronunciation dictionary: how names are said, for everyone, for one account, for one contact.

pronunciations: 1
product:                     # ours, and the words of the trade: in every film
  Siobhan: shi vawn          # a respelling, read as English
  Nguyen: /wˈɪn/             # or phonemes, between slashes
accounts:
  A-43a9e3:                  # in films about this account
    Wei Zhang: way jahng     # a full name wins over its parts
contacts:
  C-1:                       # in films for this contact
    Ana: ah nah

A contact's entry wins over the account's, that over the product's, and that over the dictionary that is shipped. A file that is
a plain list of names is read as `product`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from vitalreel.errors import BadConfiguration

Sounds = Mapping[str, str]
"""Word -> respelling or /phonemes/, as `ports.Voice.speak` takes it."""
SECTIONS = ("product", "accounts", "contacts")


@dataclass(frozen=True, slots=True)
class Dictionary:
    """How words are said, by whom the film is about and for. Later ones win: shipped, product, account, contact."""

    product: Sounds = field(default_factory=dict)
    accounts: Mapping[str, Sounds] = field(default_factory=dict)
    contacts: Mapping[str, Sounds] = field(default_factory=dict)
    shipped: Sounds = field(default_factory=dict)

    def sounds(self, account: str | None = None, contact: str | None = None) -> dict[str, str]:
        """Every entry that holds for a film about `account` for `contact`; words are one whatever their case."""
        mine: dict[str, tuple[str, str]] = {}
        for part in (
            self.shipped,
            self.product,
            self.accounts.get(account or "", {}),
            self.contacts.get(contact or "", {}),
        ):
            mine |= {_key(word): (word, sound) for word, sound in part.items()}
        return dict(mine.values())


def read_pronunciations(text: str, where: str, shipped: Sounds | None = None) -> Dictionary:
    """The dictionary in a pronunciations.yaml.

    where: the file's name, for errors. shipped: entries of the product's own, under all others. Raises BadConfiguration
    naming the line or the entry.
    """
    try:
        loaded = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = f" line {mark.line + 1}" if mark else ""
        raise BadConfiguration(f"{where}{line}", "cannot be read as YAML", "write one `Name: sound` a line") from error
    if loaded is None:
        return Dictionary(shipped=shipped or {})
    if not isinstance(loaded, dict):
        raise BadConfiguration(where, "not a list of names", "write one `Name: sound` a line")
    if "pronunciations" not in loaded and not set(loaded) & set(SECTIONS):
        return Dictionary(_entries(loaded, where), shipped=shipped or {})
    return _sections(loaded, where, shipped or {})


def _sections(loaded: Mapping[str, object], where: str, shipped: Sounds) -> Dictionary:
    if loaded.get("pronunciations") != 1:
        raise BadConfiguration(where, "is not a dictionary of version 1", "begin it with `pronunciations: 1`")
    for key in loaded:
        if key not in ("pronunciations", *SECTIONS):
            raise BadConfiguration(where, f"no section {key!r}", f"sections are {', '.join(SECTIONS)}")
    product = _mapping(loaded, "product", where)
    people = {
        section: {
            str(who): _entries(_mapping(group, who, f"{where}: {section}"), f"{where}: {section}.{who}")
            for who in group
        }
        for section in SECTIONS[1:]
        for group in [_mapping(loaded, section, where)]
    }
    return Dictionary(_entries(product, f"{where}: product"), people["accounts"], people["contacts"], shipped)


def _mapping(parent: Mapping[str, object], key: str, where: str) -> Mapping[str, object]:
    found = parent.get(key)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise BadConfiguration(f"{where}: {key}", "not a list of names", "write one `Name: sound` a line below it")
    return found


def _entries(loaded: Mapping[str, object], where: str) -> dict[str, str]:
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
    if not said.startswith("/") and not re.search(r"[A-Za-z]", said):
        raise BadConfiguration(
            where, f"the respelling of {word!r} has no letter", "spell it as English would, or in phonemes"
        )
    return said


def unified(text: str) -> str:
    """`text` with one shape of apostrophe, character for character."""
    return text.replace("’", "'").replace("‘", "'")


def _key(word: str) -> str:
    """What makes two entries the same word."""
    return unified(word) if word.isupper() else unified(word).casefold()


def word_pattern(word: str) -> str:
    """A pattern for a dictionary's word in `unified` text: in any case, or as written where it is all in capitals."""
    bare = re.escape(unified(word))
    return bare if len(word) > 1 and word.isupper() else f"(?i:{bare})"


def sounds_in(text: str, dictionary: Sounds) -> dict[str, str]:
    """The entries of `dictionary` that occur in `text`: what the take depends on, so that other entries leave it be."""
    same = unified(text)
    return {w: s for w, s in dictionary.items() if re.search(rf"(?<!\w){word_pattern(w)}(?!\w)", same)}
