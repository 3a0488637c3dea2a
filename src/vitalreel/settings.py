"""Deployment values, from the environment only (VITALREEL_*); secrets come from nowhere else."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vitalreel.errors import BadInput
from vitalreel.tracking.hook import read_keys

DEFAULT_PORT = 8321
SHORTEST_KEY = 16
"""Characters of a key that opens data."""
SHORTEST_SIGNER = 32
"""Of one that signs who a viewer is: as many bytes as its HMAC-SHA256 has (RFC 7518, 3.2)."""
HOOK = "VITALREEL_WEBHOOK_"
"""With a webhook's name after it: its secret, or two with a space between while one takes the other's place."""
SOURCE = "VITALREEL_SOURCE_"
"""With a source's name after it, and _URL, _KEY or _SECRET: what its system is opened with."""
DEFAULT_CORE_HOUR = 0.04
"""About what a shared core costs at a cloud; set your own."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where a speech service is and what opens it."""

    url: str
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Dkim:
    """What mails are signed with."""

    selector: str  # SELECTOR._domainkey.DOMAIN is the public key's DNS record
    key: str = field(repr=False)  # RSA private key, PEM


SPEECH = {
    "openai": ("OPENAI", "https://api.openai.com/v1"),
    "elevenlabs": ("ELEVENLABS", "https://api.elevenlabs.io"),
    "azure": ("AZURE_SPEECH", ""),
}
"""Make of voice -> the name in its variables, and where it is unless they say; Azure has a place for every region."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between machines."""

    database: str | None  # SQLAlchemy URL; None: SQLite in the workspace
    assets: Path  # voices and faces, made by `make setup`
    smtp: str | None  # smtp://[user:password@]host:port[?starttls]; None: the workspace's own mailbox folder
    base_url: str  # what links in mails begin with
    workers: int  # processes that speak and render
    speech: Mapping[str, Service] = field(default_factory=dict)  # make of voice -> where it is asked; those configured
    core_hour: float = DEFAULT_CORE_HOUR  # price, in the programme's currency
    heygen: Service | None = None  # the presenter service
    ask_keys: tuple[str, ...] = field(default=(), repr=False)  # who may ask questions by the API
    viewer_keys: tuple[bytes, ...] = field(default=(), repr=False)  # of applications that say who is signed in
    llm: Service | None = None  # an OpenAI-compatible endpoint that may read texts
    slack: Service | None = None  # where people of ours are told by Slack; its key is a bot's token
    dkim: Dkim | None = None  # None: the mail server signs, or nobody
    hook_keys: Mapping[str, tuple[bytes, ...]] = field(
        default_factory=dict, repr=False
    )  # variable -> a webhook's secrets
    sources: Mapping[str, str] = field(
        default_factory=dict, repr=False
    )  # variable -> what a source's system is opened with
    frames: tuple[str, ...] = ()  # origins whose pages may put films, inbox and portal into a frame
    origins: tuple[str, ...] = ()  # origins whose pages may hold the player and the inbox themselves
    returns: str = ""  # the address mails come back to; "": whoever each is from
    bounce_box: str = field(
        default="", repr=False
    )  # where they then lie: maildir:, mbox:, imap(s)://; "": nowhere we read
    proxies: tuple[str, ...] = ()  # addresses and networks that may say whose request they pass on (X-Forwarded-For)


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from VITALREEL_DATABASE, _ASSETS, _SMTP, _BASE_URL, _WORKERS, _CORE_HOUR, _PROXIES, _FRAMES, _ORIGINS, _SLACK_*,
    _RETURN_PATH, _BOUNCE_BOX,
    _DKIM_*, _ASK_KEY, _VIEWER_KEY, _LLM_*, _WEBHOOK_*, _SOURCE_* and the speech services' (see `_speech`).

    Raises BadInput naming the variable where a value makes no sense.
    """
    env = os.environ if environ is None else environ
    workers = env.get("VITALREEL_WORKERS", str(os.cpu_count() or 1))
    if not workers.isdigit() or int(workers) < 1:
        raise BadInput("VITALREEL_WORKERS", f"{workers!r} is not a whole number of processes", "set it to 1 or more")
    return Settings(
        database=env.get("VITALREEL_DATABASE") or None,
        assets=Path(env["VITALREEL_ASSETS"]) if env.get("VITALREEL_ASSETS") else _default_assets(),
        smtp=env.get("VITALREEL_SMTP") or None,
        base_url=env.get("VITALREEL_BASE_URL", f"http://localhost:{DEFAULT_PORT}").rstrip("/"),
        workers=int(workers),
        speech=_speech(env),
        core_hour=_price(env.get("VITALREEL_CORE_HOUR")),
        heygen=_heygen(env),
        slack=_slack(env),
        llm=_llm(env),
        ask_keys=_keys(env, "VITALREEL_ASK_KEY", SHORTEST_KEY),
        viewer_keys=tuple(k.encode() for k in _keys(env, "VITALREEL_VIEWER_KEY", SHORTEST_SIGNER)),
        dkim=_dkim(env),
        hook_keys={name: read_keys(text, name) for name, text in env.items() if name.startswith(HOOK)},
        sources={name: text for name, text in env.items() if name.startswith(SOURCE) and text},
        returns=_returns(env.get("VITALREEL_RETURN_PATH", "").strip()),
        bounce_box=env.get("VITALREEL_BOUNCE_BOX", "").strip(),
        proxies=_proxies(env.get("VITALREEL_PROXIES", "")),
        frames=_origins(env, "VITALREEL_FRAMES"),
        origins=_origins(env, "VITALREEL_ORIGINS"),
    )


def _origins(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Origins with commas between, as browsers write them; `*` is none, since it would be everybody."""
    origins = tuple(text.strip() for text in env.get(name, "").split(",") if text.strip())
    for origin in origins:
        if not re.fullmatch(r"https://[a-z0-9.-]+(:\d+)?|http://localhost(:\d+)?", origin):
            hint = "list origins as https://app.example.com, with commas between"
            raise BadInput(name, f"{origin!r} is not an origin", hint)
    return origins


def _proxies(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        try:
            ipaddress.ip_network(name)
        except ValueError as e:
            raise BadInput("VITALREEL_PROXIES", str(e), "give addresses or networks: 127.0.0.1, 10.0.0.0/8") from e
    return names


def _returns(address: str) -> str:
    """With a mail's name in it the part before the @ stays within its 64 characters (RFC 5321 4.5.3.1.1)."""
    if address and not re.fullmatch(r"[A-Za-z0-9._-]{1,39}@[A-Za-z0-9.-]+", address):
        hint = "give one as bounces@mail.example.com, whose mailbox takes bounces+ANYTHING too"
        raise BadInput("VITALREEL_RETURN_PATH", f"{address!r} is not an address mails can come back to", hint)
    return address


def _price(text: str | None) -> float:
    try:
        price = DEFAULT_CORE_HOUR if text is None else float(text)
    except ValueError as e:
        raise BadInput("VITALREEL_CORE_HOUR", f"{text!r} is not a price", "write it as 0.04") from e
    if not 0 <= price < 1e6:
        raise BadInput("VITALREEL_CORE_HOUR", f"{text!r} is not a price", "write it as 0.04")
    return price


def _speech(env: Mapping[str, str]) -> dict[str, Service]:
    """The speech services of VITALREEL_OPENAI_*, _ELEVENLABS_* and _AZURE_SPEECH_*: _URL and _KEY, for Azure _REGION too."""
    services = {}
    for make, (name, usual) in SPEECH.items():
        url, key = env.get(f"VITALREEL_{name}_URL"), env.get(f"VITALREEL_{name}_KEY") or None
        region = env.get(f"VITALREEL_{name}_REGION")
        if not url and make == "azure" and region:
            url = f"https://{region}.tts.speech.microsoft.com"
        if url and not url.startswith(("http://", "https://")):
            raise BadInput(f"VITALREEL_{name}_URL", f"{url!r} is not an http address", "give it as https://host/path")
        if url or (key and usual):
            services[make] = Service((url or usual).rstrip("/"), key)
    return services


def _heygen(env: Mapping[str, str]) -> Service | None:
    """VITALREEL_HEYGEN_KEY, and _URL where it is asked elsewhere than usual."""
    url, key = env.get("VITALREEL_HEYGEN_URL") or "https://api.heygen.com", env.get("VITALREEL_HEYGEN_KEY") or None
    if not url.startswith(("http://", "https://")):
        raise BadInput("VITALREEL_HEYGEN_URL", f"{url!r} is not an http address", "give it as https://host")
    return Service(url.rstrip("/"), key) if key else None


def _keys(env: Mapping[str, str], name: str, shortest: int) -> tuple[str, ...]:
    """A key, or two with a space between while one takes the other's place."""
    keys = tuple(env.get(name, "").split())
    if any(len(key) < shortest for key in keys):
        raise BadInput(name, f"a key is shorter than {shortest} characters", "make one with `openssl rand -hex 32`")
    return keys


def _llm(env: Mapping[str, str]) -> Service | None:
    """VITALREEL_LLM_URL, as https://host/v1, and _KEY; a server of one's own may want no key."""
    url, key = env.get("VITALREEL_LLM_URL"), env.get("VITALREEL_LLM_KEY") or None
    if url and not url.startswith(("http://", "https://")):
        raise BadInput("VITALREEL_LLM_URL", f"{url!r} is not an http address", "give it as https://host/v1")
    return Service(url.rstrip("/"), key) if url else None


def _slack(env: Mapping[str, str]) -> Service | None:
    """VITALREEL_SLACK_TOKEN, and _URL where a server of one's own speaks the same API."""
    url, token = env.get("VITALREEL_SLACK_URL") or "https://slack.com/api", env.get("VITALREEL_SLACK_TOKEN") or None
    if not url.startswith(("http://", "https://")):
        raise BadInput("VITALREEL_SLACK_URL", f"{url!r} is not an http address", "give it as https://host/api")
    return Service(url.rstrip("/"), token) if token else None


def _dkim(env: Mapping[str, str]) -> Dkim | None:
    """VITALREEL_DKIM_SELECTOR and _KEY: both or neither. The key's line ends may be written \\n, as one-line environments need."""
    selector, key = env.get("VITALREEL_DKIM_SELECTOR", ""), env.get("VITALREEL_DKIM_KEY", "")
    if bool(selector) != bool(key):
        raise BadInput(
            "VITALREEL_DKIM_SELECTOR", "selector and key go together", "set VITALREEL_DKIM_KEY too, or neither"
        )
    if not re.fullmatch(r"(?:[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.(?!$)|$))*", selector):
        raise BadInput("VITALREEL_DKIM_SELECTOR", f"{selector!r} is no name in the DNS", "write it as mail2026")
    return Dkim(selector, key.replace("\\n", "\n")) if selector else None


def service_of(settings: Settings, make: str) -> Service:
    """Where a make of voice is asked. Raises BadInput naming the variables to set."""
    if make not in settings.speech:
        name, usual = SPEECH[make]
        hint = (
            f"set VITALREEL_{name}_KEY" if usual else f"set VITALREEL_{name}_REGION (or _URL) and VITALREEL_{name}_KEY"
        )
        raise BadInput(f"voice {make}", "its service is not configured", hint)
    return settings.speech[make]


def _default_assets() -> Path:
    """Beside the checkout where there is one, else in the user's cache."""
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "tools" / "assets.py").exists():
        return checkout / "var" / "assets"
    return Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "vitalreel" / "assets"
