"""The doors outward, on one page. Each has one contract suite in tests/ports/, run over every make behind it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from vitalreel.delivery.message import Message as Message
from vitalreel.delivery.message import NotSent as NotSent
from vitalreel.delivery.message import Sent as Sent
from vitalreel.delivery.message import Unknown as Unknown
from vitalreel.signals.passages import Passage as Passage
from vitalreel.sources.connection import Ask as Ask
from vitalreel.sources.connection import System as System
from vitalreel.video.frame import Frame as Frame
from vitalreel.video.frame import Rect as Rect
from vitalreel.video.likeness import Face as Face
from vitalreel.video.likeness import Grey as Grey
from vitalreel.video.rendition import AudioRendition as AudioRendition
from vitalreel.video.rendition import Packet as Packet
from vitalreel.video.rendition import VideoRendition as VideoRendition

if TYPE_CHECKING:  # 0.3 CPU s to import, which a process that only draws need not spend
    import pyarrow as pa
    from sqlalchemy import Connection

Samples = NDArray[np.float32]
T = TypeVar("T")


# Source: rows of a vendor's table


@dataclass(frozen=True, slots=True)
class Arrived:
    """One vendor table as it arrived: text columns, plus where each row stood."""

    name: str  # the mapping's name for the table: "subscriptions"
    location: str  # file name or query, for provenance
    rows: pa.Table  # all columns as string, empty cells null; int64 column "_line" (1-based, header is line 1);
    # text column "_problem": what is wrong with a row that could not be taken apart, else null
    fingerprint: str  # of the content


class Source(Protocol):
    """Reads vendor tables. Raises BadInput where a table is missing or cannot be read."""

    def read(self, tables: Mapping[str, str]) -> Iterator[Arrived]:
        """tables: mapping's name -> file name, glob or query."""
        ...


# Feed: rows of another system, a piece at a time


Mark = str | int | float
"""Where a watermark stands: a number, or the text of a time as the system writes it."""


@dataclass(frozen=True, slots=True)
class Landed:
    """What was kept of a table's earlier fetches."""

    mark: Mark | None = None  # of the last piece that had one
    pieces: frozenset[str] = frozenset()  # names of the pieces that are there


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a table, as one answer or one object brought them."""

    name: str  # a later piece of the same name takes its place; "" is a name of its own each time
    rows: (
        pa.Table | None
    )  # text columns and `_problem`, as in Arrived; None: the piece that landed under the name stands
    mark: Mark | None = None  # where the next fetch may go on, once this piece is kept


class Feed(Protocol):
    """Fetches the tables of one system. Reading changes nothing there.

    Raises Unavailable where the system does not answer, Refused where it does not accept the secret, BadInput where what
    comes cannot be read, BadConfiguration where the question is wrong.
    """

    def fetch(self, ask: Ask, landed: Landed, now: datetime) -> Iterator[Piece]:
        """What is new since `landed`; all there is where `ask.whole`. A fetch that is cut off may be asked again.

        now: a watermark beyond it is not believed.
        """
        ...


# Voice: text to speech with word times


@dataclass(frozen=True, slots=True)
class SpokenWord:
    text: str
    at: int  # offset of the word's first character in the text given
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Speech:
    samples: Samples  # (n,) mono float32 in -1..1
    rate_hz: int
    words: tuple[SpokenWord, ...]  # in order, inside the samples


class Voice(Protocol):
    """Speaks one sentence. Same text, same voice, same samples."""

    @property
    def name(self) -> str:
        """Identity for caches: engine, model hash, voice, speed."""
        ...

    def speak(self, text: str, sounds: Mapping[str, str]) -> Speech:
        """text: spoken form, digits already in words. sounds: word -> respelling or /phonemes/, from the dictionary."""
        ...


# Hands: where long work is done


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What a piece of work gave, and what it cost."""

    value: T
    cpu_s: float


class Give(Protocol):
    """Has a piece of work done, here or in another process: work and its answer can be pickled."""

    def __call__(self, work: Callable[[], T], /) -> Future[Done[T]]: ...


# Carrier: brings films to be made to whichever worker is free


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that a job waits. It may be lost, late or repeated: the job's row decides."""

    job: str
    turn: int  # of the job's row: another turn is another letter
    queue: str  # asked | films
    priority: int  # lower is sooner; 1 to 2**31 - 1

    @property
    def name(self) -> str:
        return f"{self.job}:{self.turn}"


class Carrier(Protocol):
    """Letters in the app's own database."""

    def send(self, connection: Connection, letter: Letter) -> None:
        """In the caller's transaction; a letter of the same name is sent once."""
        ...

    def lost(self, names: Collection[str]) -> set[str]:
        """Which of these are neither waiting nor in anybody's hands."""
        ...

    def withdraw(self, names: Collection[str]) -> None:
        """Take letters back."""
        ...


# Presenter: a synthetic person who speaks


class Presenter(Protocol):
    """Shows somebody speaking. What comes back is read like any upload, and shown as synthetic."""

    @property
    def name(self) -> str:
        """Service, avatar and voice."""
        ...

    def present(self, text: str) -> bytes:
        """The film as the service made it: MP4 or WebM."""
        ...


# FaceFinder: where people's faces are in a picture


class FaceFinder(Protocol):
    """Finds faces and knows nobody's."""

    @property
    def name(self) -> str:
        """Engine and model."""
        ...

    def find(self, picture: Grey) -> tuple[Face, ...]:
        """Every face that is 36 px tall or more, each once. Raises Unavailable where its model is not there."""
        ...


# Encoder: pictures and sound to samples of a container


class PictureEncoder(Protocol):
    @property
    def name(self) -> str:
        """Identity for the scene cache: codec, preset, quality, GOP."""
        ...

    def encode(self, frames: Iterator[Frame], width_px: int, height_px: int, fps: int) -> VideoRendition: ...


class SoundEncoder(Protocol):
    def encode(self, samples: Samples, rate_hz: int) -> AudioRendition:
        """samples: (n, 2) float32 in -1..1."""
        ...


# Channel: to a contact, once


class Channel(Protocol):
    @property
    def name(self) -> str: ...

    def send(self, message: Message) -> Sent | NotSent | Unknown: ...


# Box: where mails come back


@dataclass(frozen=True, slots=True)
class Found:
    """A message of a mailbox, as it lies there."""

    place: str  # where, for people; the same at every reading
    data: bytes  # whole, or empty where there is a problem
    mark: str = ""  # from where the next reading may go on; "": the mailbox is read by places
    problem: str = ""  # why it could not be fetched whole


class Box(Protocol):
    """A mailbox where bounces and complaints arrive. Reading changes nothing there, so that nothing is lost."""

    @property
    def name(self) -> str:
        """Which one it is, without its password."""
        ...

    def read(self, mark: str, known: Callable[[str], bool]) -> Iterator[Found]:
        """What lies there beyond `mark`, but for places that are known. Raises Unavailable, Refused or BadInput."""
        ...


# Recogniser: what a listener hears


@dataclass(frozen=True, slots=True)
class HeardWord:
    text: str  # as the recogniser writes it: "412", "41%", "$48,500"
    start_s: float  # from the start of the samples
    end_s: float


class Recogniser(Protocol):
    @property
    def name(self) -> str:
        """Identity for what is kept of it: engine, model, precision."""
        ...

    def hear(self, samples: Samples, rate_hz: int) -> tuple[HeardWord, ...]:
        """The words heard, in order. samples: (n,) mono."""
        ...


# Annotator: how texts sound, and what they are about


@dataclass(frozen=True, slots=True)
class Annotation:
    """What is kept of one text."""

    sentiment: (
        float | None
    )  # -1 (bad) .. 1 (good); None: it cannot be told, as in a language the annotator does not know
    topics: tuple[str, ...]  # of topics.yaml, the most fitting first; none where none fits


class Annotator(Protocol):
    """Reads texts for what they are: data. Whatever stands in one, its answer is a number and known topics."""

    @property
    def name(self) -> str:
        """Identity for what is kept of it: engine, model, words and topics; up to 80 characters."""
        ...

    @property
    def by(self) -> str:
        """What rows say they were read by: "offline"; up to 80 characters."""
        ...

    def annotate(self, passages: Sequence[Passage]) -> Sequence[Annotation | None]:
        """One each, in order; None where this one could not be read and another annotator should.

        Raises Unavailable or Refused where it cannot be asked at all.
        """
        ...


# Printer: a document on paper


class Printer(Protocol):
    def pdf(self, html: str) -> bytes:
        """The document as PDF; equal documents, equal bytes. It must hold all it needs: nothing is fetched.

        Raises Refused where it asks for anything outside itself, Unavailable where what makes PDFs is not installed.
        """
        ...


# Caller: another system is told something


@dataclass(frozen=True, slots=True)
class Called:
    """What was answered."""

    status: int  # HTTP
    wait_s: float = 0.0  # how long it asks to be left alone; 0 where it does not say


class Caller(Protocol):
    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Called:
        """Post the body once and answer with whatever status came; redirects are not followed.

        Raises Unavailable where nothing answers in time.
        """
        ...


Seal = Callable[[bytes], bytes]
"""Signs a whole mail as it leaves. Raises ValueError where it cannot be signed."""


def unsealed(mail: bytes) -> bytes:
    """The mail as it is: where the mail server signs, or nobody does."""
    return mail


Now = Callable[[], datetime]
"""The clock, given by wiring: aware UTC."""
