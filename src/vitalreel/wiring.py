"""The only place that builds real things: a workspace folder and the environment in, opened doors out."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vitalreel.edges import gl
from vitalreel.edges.annotators.chat import Chat
from vitalreel.edges.annotators.offline import Offline
from vitalreel.edges.boxes.files import Maildir, Mbox
from vitalreel.edges.boxes.imap import Imap, read_folder
from vitalreel.edges.callers.https import HttpsCaller
from vitalreel.edges.channels.engagement import EngagementChannel
from vitalreel.edges.channels.mailbox import MailboxChannel
from vitalreel.edges.channels.slack import SlackChannel
from vitalreel.edges.channels.smtp import SmtpChannel, read_server
from vitalreel.edges.connectors.calls import Calls
from vitalreel.edges.connectors.rest import Rest
from vitalreel.edges.encoders.aac import AacEncoder
from vitalreel.edges.finders.yunet import YuNet
from vitalreel.edges.presenters.heygen import HeyGen
from vitalreel.edges.printers.weasy import WeasyPrinter
from vitalreel.errors import BadInput, NotFound, Unavailable
from vitalreel.ports import Annotator, Box, Channel, FaceFinder, Feed, Presenter, Printer, Seal, System, Voice, unsealed
from vitalreel.settings import HOOK, SOURCE, SPEECH, Service, Settings, read_settings, service_of
from vitalreel.signals.sentiment import read_words
from vitalreel.signals.topics import read_topics
from vitalreel.steps.doors import Doors
from vitalreel.store.database import migrate, open_database, sqlite_url
from vitalreel.store.jobs import Holder, this_process
from vitalreel.store.lake import Lake
from vitalreel.store.media import Media
from vitalreel.store.workspace import Workspace

if TYPE_CHECKING:
    from vitalreel.edges.carriers.dbos import DbosCarrier

gl.ensure()  # before anything imports skia

from vitalreel.edges.decoders.beds import Beds  # noqa: E402
from vitalreel.edges.encoders.h264 import SkipEncoder  # noqa: E402
from vitalreel.edges.recognisers import whisper  # noqa: E402
from vitalreel.edges.typefaces import FaceFiles  # noqa: E402
from vitalreel.edges.voices.cache import CachedVoice  # noqa: E402
from vitalreel.edges.voices.hearings import Hearings  # noqa: E402
from vitalreel.sound.casting import DRAFT, SERVICES, VoiceName  # noqa: E402
from vitalreel.steps.deliver import Post  # noqa: E402
from vitalreel.steps.handed import Handed  # noqa: E402
from vitalreel.steps.hands import Hands, speaking  # noqa: E402
from vitalreel.steps.hooks import Mouth  # noqa: E402
from vitalreel.steps.inbox import Inbox  # noqa: E402
from vitalreel.steps.listening import Ears  # noqa: E402
from vitalreel.steps.notices import Reach  # noqa: E402
from vitalreel.steps.speakers import Speakers  # noqa: E402
from vitalreel.steps.workshop import Progress, Workshop, silent  # noqa: E402
from vitalreel.tracking.hook import read_keys  # noqa: E402
from vitalreel.video.faces import faces_print  # noqa: E402
from vitalreel.video.kit import Kit, read_kit  # noqa: E402

DRAFT_QUANTISER = 24
"""Drafts: half the bytes, and nobody signs them."""


def open_doors(root: Path, settings: Settings | None = None) -> Doors:
    """Open a workspace: its files read and checked, its database brought up to date, its lake ready.

    Raises NotFound where `root` is no workspace, BadConfiguration where its settings are wrong, Unavailable where the
    database does not answer.
    """
    settings = settings or read_settings()
    workspace = Workspace(root)
    if not (root / "vitalreel.yaml").is_file():
        raise NotFound("workspace", str(root), f"make one with `vitalreel init {root}`")
    programme = workspace.programme()
    workspace.var.mkdir(exist_ok=True)
    engine = open_database(settings.database or sqlite_url(workspace.database))
    migrate(engine)
    lake, feeds = Lake(workspace.lake, engine), partial(open_feed, settings, root)
    return Doors(
        workspace, programme, engine, lake, feeds, partial(open_annotators, settings, workspace, programme.texts)
    )


def open_annotators(settings: Settings, workspace: Workspace, by: str) -> tuple[Annotator, ...]:
    """Who reads texts. by: "offline", or the name of a language model, for which offline stands in.

    Raises BadConfiguration where topics.yaml or sentiment.yaml cannot be used, BadInput where the model's address is not set.
    """
    topics = read_topics(workspace.own_or_shipped("topics.yaml"), "topics.yaml")
    offline = Offline(read_words(workspace.own_or_shipped("sentiment.yaml"), "sentiment.yaml"), topics)
    if by == "offline":
        return (offline,)
    if settings.llm is None:
        raise BadInput(
            "VITALREEL_LLM_URL", "is not set", f"set it to the address of {by}, or write `texts: {{read_by: offline}}`"
        )
    return Chat(by, settings.llm.url, topics, settings.llm.key), offline


def source_variable(source: str) -> str:
    """What the variables of a source begin with: VITALREEL_SOURCE_HELP_DESK for help-desk."""
    return SOURCE + source.upper().replace("-", "_")


def open_feed(settings: Settings, root: Path, source: str, system: System) -> Feed:
    """What fetches a source's tables. Raises BadInput naming the variable to set where a secret is missing."""
    name = source_variable(source)
    url, key, secret = (settings.sources.get(name + part) for part in ("_URL", "_KEY", "_SECRET"))
    if system.kind == "database":
        from vitalreel.edges.connectors.database import Database

        if url is None:
            raise BadInput(f"{name}_URL", "is not set", f"set it to the SQLAlchemy URL of the database of {source}")
        return Database(source, url, f"{name}_URL")
    if system.kind == "calls":
        return Calls(root / system.address, whisper.Whisper())
    if system.kind == "bucket":
        from vitalreel.edges.connectors.bucket import Bucket  # loads the cloud's own library

        if (key is None) != (secret is None):
            raise BadInput(
                f"{name}_SECRET", "key and secret go together", f"set {name}_KEY and {name}_SECRET, or neither"
            )
        return Bucket(source, system, key, secret, name)
    return Rest(source, system, key, f"{name}_KEY")


def push_keys(settings: Settings, source: str) -> tuple[str, ...]:
    """Who may push to a source: its key, or two with a space between while one takes the other's place."""
    return tuple(settings.sources.get(source_variable(source) + "_KEY", "").split())


def open_workshop(
    doors: Doors, draft: bool = False, progress: Progress = silent, settings: Settings | None = None,
    hands: Hands | None = None, holder: Holder | None = None, booth: Hands | None = None,
) -> Workshop:  # fmt: skip
    """What films of this workspace are made with. `draft`: the light voice and a coarser picture.

    hands, holder, booth: a worker's own; None: of this call. Use as a context manager: it may hold processes. Raises Unavailable
    naming `make setup` where voice or faces are missing.
    """
    settings = settings or read_settings()
    kit = kit_of(doors)
    takes, listen = doors.workspace.media / "takes", doors.programme.film.listen
    speakers = _speakers(doors, kit, settings, draft)
    voice, faces = speakers.voice(speakers.chain("")[0]), read_faces(settings.assets)
    return Workshop(
        kit=kit,
        faces=faces,
        faces_print=faces_print(faces, kit, faces.digest),
        voice=voice,
        speakers=speakers,
        sounds=doors.workspace.dictionary(),
        beds=Beds(doors.workspace.root),
        picture=open_encoder(doors, draft),
        sound=AacEncoder(),
        media=Media(doors.workspace.media),
        hands=hands or Hands(settings.workers),
        booth=booth or open_booth(settings),
        holder=holder or this_process(f"{socket.gethostname()}-{os.getpid()}"),
        clock=utc_now,
        core_hour=settings.core_hour,
        draft=draft,
        ears=None if draft or listen == "never" else Ears(whisper.Whisper(), Hearings(takes, voice.name), listen),
        progress=progress,
    )


def open_encoder(doors: Doors, draft: bool = False) -> SkipEncoder:
    """What encodes pictures: `film.encoder` of vitalreel.yaml says whether repeats are written as ready slices, or coded."""
    usual = SkipEncoder(preset="ultrafast", quantiser=DRAFT_QUANTISER) if draft else SkipEncoder()
    return replace(usual, skip=doors.programme.film.encoder == "skip")


def open_hands(doors: Doors, settings: Settings) -> Hands:
    """Processes for a worker: each loads the workspace's own voice before its first work; a service's needs no loading."""
    name = doors.programme.film.casting.chain(brand=kit_of(doors).voice)[0]
    if name.make in SERVICES:
        return Hands(settings.workers)
    make = voice_maker(name, settings)
    return Hands(settings.workers, partial(speaking, make, make().name))


def open_booth(settings: Settings) -> Hands:
    """The process for films' sound; none of its own where all is done in one."""
    return Hands(1, whisper.loaded, apart=settings.workers > 1)


def _speakers(doors: Doors, kit: Kit, settings: Settings, draft: bool) -> Speakers:
    """The voices of the workspace's films; drafts have one."""
    casting, takes = doors.programme.film.casting, doors.workspace.media / "takes"
    return Speakers(
        lambda segment: (VoiceName(DRAFT, DRAFT),) if draft else casting.chain(segment, kit.voice),
        lambda name: CachedVoice(voice_maker(name, settings), takes),
    )


def voice_maker(name: VoiceName, settings: Settings) -> Callable[[], Voice]:
    """What builds a voice, in this process or in a worker: it pickles. Raises BadInput for a service that is not configured.

    A make is imported where one speaks: what models run on takes half a second to start, and most commands say nothing.
    """
    if name.make == "hibari":
        from vitalreel.edges.voices.hibari import Hibari

        return Hibari
    if name.make == "kokoro":
        from vitalreel.edges.voices.kokoro import Kokoro

        return partial(Kokoro, settings.assets / "voice", name.voice)
    return _service_voice(name, service_of(settings, name.make))


def _service_voice(name: VoiceName, service: Service) -> Callable[[], Voice]:
    if name.make == "openai":  # a server of one's own may want no key
        from vitalreel.edges.voices.openai import OpenAi

        return partial(OpenAi, name.voice, service.url, service.key)
    if service.key is None:
        raise BadInput(f"voice {name}", "its service has no key", f"set VITALREEL_{SPEECH[name.make][0]}_KEY")
    if name.make == "elevenlabs":
        from vitalreel.edges.voices.elevenlabs import ElevenLabs

        return partial(ElevenLabs, name.voice, service.url, service.key)
    from vitalreel.edges.voices.azure import Azure

    return partial(Azure, name.voice, service.url, service.key)


def open_voice(name: VoiceName, settings: Settings) -> Voice:
    """One voice, ready to speak. Raises Unavailable where it is not there."""
    return voice_maker(name, settings)()


def open_carrier(doors: Doors) -> DbosCarrier:
    """What carries films to be made to workers, in the app database."""
    from vitalreel.edges.carriers.dbos import DbosCarrier  # a second to import, and few commands need it

    return DbosCarrier(doors.engine.url.render_as_string(hide_password=False))


def open_presenter(avatar: str, voice: str, settings: Settings | None = None) -> Presenter:
    """The presenter service. Raises BadInput naming the variable to set where it is not configured."""
    service = (settings or read_settings()).heygen
    if service is None or service.key is None:
        raise BadInput("presenter", "the service is not configured", "set VITALREEL_HEYGEN_KEY")
    return HeyGen(avatar, voice, service.key, service.url)


def open_finder(settings: Settings | None = None) -> FaceFinder:
    """What finds faces in uploads. Whether its model is there is found out when it first looks."""
    return YuNet((settings or read_settings()).assets)


def kit_of(doors: Doors) -> Kit:
    """The workspace's brand kit. Raises BadConfiguration."""
    name = f"brands/{doors.programme.film.brand}.yaml"
    return read_kit(doors.workspace.yaml(name), name)


def read_faces(assets: Path) -> FaceFiles:
    """Font files by name."""
    faces = FaceFiles(assets / "faces")
    if not faces:
        raise Unavailable("the films' typefaces", f"none in {assets / 'faces'}", "run `make setup`")
    return faces


def open_post(doors: Doors, now: datetime | None = None, settings: Settings | None = None) -> Post:
    """How mails leave: through VITALREEL_SMTP where set, else into the workspace's own mailbox folder.

    now: the instant mails are dated with; None: the real clock.
    """
    settings = settings or read_settings()
    clock = (lambda: now) if now else utc_now
    seal = open_seal(settings)
    channel: Channel = (
        SmtpChannel(read_server(settings.smtp), clock, seal=seal, returns=settings.returns)
        if settings.smtp
        else MailboxChannel(doors.workspace.mail, clock, seal)
    )
    inbox = Inbox(doors.engine, clock)
    given = Handed(doors, clock)
    others: dict[str, Channel] = {inbox.name: inbox, given.name: given}
    if doors.programme.platform:
        name = HOOK + "ENGAGEMENT"
        keys = settings.hook_keys.get(name) or read_keys("", name)
        folder = doors.workspace.var / "engagements"
        platform = EngagementChannel(doors.programme.platform, keys, folder, HttpsCaller(), clock)
        others[platform.name] = platform
    return Post(
        channel, kit_of(doors), settings.base_url, this_process("").process, utc_now, others, open_boxes(settings)
    )


def open_boxes(settings: Settings, named: Sequence[str] = ()) -> tuple[Box, ...]:
    """The mailboxes where mails come back: VITALREEL_BOUNCE_BOX, or those named. Raises BadInput for what is none."""
    boxes = named or ((settings.bounce_box,) if settings.bounce_box else ())
    return tuple(_open_box(one, "the mailbox" if named else "VITALREEL_BOUNCE_BOX") for one in boxes)


def _open_box(named: str, where: str) -> Box:
    """maildir:FOLDER, mbox:FILE, imaps://user:password@host/FOLDER; a bare path is one of the first two, by what lies there."""
    if named.startswith(("imap://", "imaps://")):
        return Imap(read_folder(named, where))
    kind, _, rest = named.partition(":")
    if kind in ("maildir", "mbox") and rest:
        return Maildir(Path(rest).absolute()) if kind == "maildir" else Mbox(Path(rest).absolute())
    path = Path(named).absolute()
    if not path.exists():
        raise BadInput(
            where, f"nothing is at {named}", "name a Maildir, an mbox file, or imaps://user:password@host/INBOX"
        )
    return Maildir(path) if path.is_dir() else Mbox(path)


def open_reach(doors: Doors, now: datetime | None = None, settings: Settings | None = None) -> Reach:
    """How people of ours are told: by mail as `open_post`, and by Slack where VITALREEL_SLACK_TOKEN is set."""
    settings = settings or read_settings()
    post = open_post(doors, now, settings)
    channels: dict[str, Channel] = {"email": post.channel}
    if settings.slack is not None and settings.slack.key:
        channels["slack"] = SlackChannel(settings.slack.url, settings.slack.key)
    return Reach(channels, post.kit, post.base_url)


def open_seal(settings: Settings) -> Seal:
    """What signs mails: DKIM where VITALREEL_DKIM_* are set. Raises BadInput where the key is none."""
    if settings.dkim is None:
        return unsealed
    from vitalreel.edges.seals.dkim import DkimSeal  # few commands send, and fewer sign

    return DkimSeal(settings.dkim.selector, settings.dkim.key)


def open_mouth(doors: Doors, settings: Settings | None = None) -> Mouth:
    """What webhooks are told with. Raises BadInput naming the variable where a hook of vitalreel.yaml has no secret."""
    settings = settings or read_settings()
    keys = {}
    for hook in doors.programme.webhooks:
        name = HOOK + hook.name.upper().replace("-", "_")
        keys[hook.name] = settings.hook_keys.get(name) or read_keys("", name)
    return Mouth(HttpsCaller(), keys, utc_now)


def open_printer() -> Printer:
    """What makes PDFs. Whether it can is found out when it is asked to."""
    return WeasyPrinter()


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)
