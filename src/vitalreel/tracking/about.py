"""What a view's events do not say themselves, and other vocabularies want told with each of them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class About:
    """The view, its film and its viewer."""

    view: str
    account: str
    contact: str  # empty for a colleague to whom the link was passed on
    video: str
    module: str
    title: str
    length_s: float
    language: str  # BCP 47
    home: str  # address that the workspace's own pages begin with

    @property
    def viewer(self) -> str:
        """A name for whoever watched, the same for the same contact; a colleague is somebody of the account."""
        return self.contact or f"{self.account}/colleague"

    @property
    def address(self) -> str:
        """The film's own IRI."""
        return f"{self.home}/videos/{quote(self.video, safe='')}"
