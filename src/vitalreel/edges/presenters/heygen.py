"""A presenter by HeyGen: POST /v2/video/generate, GET /v1/video_status.get until it is done, then the film itself.

The protocol is that of docs.heygen.com (Create Avatar Video V2, Retrieve Video Status). The key goes to the service's own
address and never to the one the film is fetched from.
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vitalreel.edges import asking
from vitalreel.edges.asking import Question, ask
from vitalreel.errors import BadInput, Refused, Unavailable

KEY_NAME = "VITALREEL_HEYGEN_KEY"
URL = "https://api.heygen.com"
LONGEST_TEXT = 4999  # "less than 5000 characters"
PAUSE_S, LONGEST_WAIT_S = 5.0, 1800.0


@dataclass(frozen=True, slots=True)
class HeyGen:
    """A Presenter. avatar, voice: ids of the service's own lists."""

    avatar: str
    voice: str
    key: str = field(repr=False)
    url: str = URL
    size: tuple[int, int] = (1280, 720)

    @property
    def name(self) -> str:
        return f"heygen {self.avatar} {self.voice}"

    def present(self, text: str) -> bytes:
        """The film of the presenter speaking `text`, as the service made it (MP4).

        Raises BadInput for a text it does not take, Refused where the service refuses or fails, Unavailable where it does
        not answer or takes too long.
        """
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise BadInput("presenter", f"a text of {len(text)} characters", f"give 1 to {LONGEST_TEXT}")
        video = str(self._asked("POST", "/v2/video/generate", self._order(text)).get("video_id") or "")
        if not video:
            raise Refused("presenter heygen", "the service named no film", "see its own log")
        return self._fetched(self._waited(video))

    def _order(self, text: str) -> dict[str, Any]:
        character = {"type": "avatar", "avatar_id": self.avatar, "avatar_style": "normal"}
        spoken = {"type": "text", "input_text": text, "voice_id": self.voice}
        return {
            "video_inputs": [{"character": character, "voice": spoken}],
            "dimension": {"width": self.size[0], "height": self.size[1]},
        }

    def _waited(self, video: str) -> str:
        """Where the film is, once it is done."""
        path, waited = f"/v1/video_status.get?{urllib.parse.urlencode({'video_id': video})}", 0.0
        while True:
            told = self._asked("GET", path, None)
            status = told.get("status")
            if status == "completed" and told.get("video_url"):
                return str(told["video_url"])
            if status == "failed":
                error = told.get("error")
                why = error.get("message") or error.get("detail") if isinstance(error, Mapping) else error
                raise Refused(
                    "presenter heygen", f"the service failed: {why or 'it does not say why'}", "change the text"
                )
            if status not in ("pending", "waiting", "processing"):
                raise Refused("presenter heygen", f"a status nobody documents: {status!r}", "see the service's log")
            if waited >= LONGEST_WAIT_S:
                raise Unavailable("presenter heygen", f"not done after {waited / 60:.0f} minutes", "try later")
            asking.wait(PAUSE_S)
            waited += PAUSE_S

    def _asked(self, method: str, path: str, document: object | None) -> Mapping[str, Any]:
        """`data` of the service's answer."""
        headers = {"X-Api-Key": self.key, "Content-Type": "application/json", "Accept": "application/json"}
        body = b"" if document is None else json.dumps(document).encode()
        answer = ask(Question("presenter heygen", self.url + path, headers, body, KEY_NAME, method))
        try:
            told = json.loads(answer)
            data = told["data"]
        except (ValueError, KeyError, TypeError) as error:
            raise Refused("presenter heygen", "its answer is not what it documents", "check the address") from error
        if told.get("error"):
            raise Refused("presenter heygen", f"the request is not accepted: {told['error']}", "check avatar and voice")
        return data if isinstance(data, Mapping) else {}

    def _fetched(self, url: str) -> bytes:
        same = urllib.parse.urlsplit(url).scheme == "https" or self.url.startswith("http://")
        if not same:
            raise Refused("presenter heygen", f"its film is at {url[:60]!r}", "only https addresses are fetched")
        return ask(Question("presenter heygen", url, {}, b"", KEY_NAME, "GET"))
