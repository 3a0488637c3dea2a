"""Read models of the console: one function a page, plain SQL over the app database and the lake, records out."""

from vitalreel.steps.screens.account import AccountPage, Driver, account_page
from vitalreel.steps.screens.evidence import Evidence, evidence, quarters
from vitalreel.steps.screens.film import Cited, Reviewed, VideoPage, review_page, video_page
from vitalreel.steps.screens.overview import PAGE, Filters, Overview, Portfolio, Tally, overview, portfolio, tally
from vitalreel.steps.screens.published import days_to

__all__ = [
    "PAGE", "AccountPage", "Cited", "Driver", "Evidence", "Filters", "Overview", "Portfolio", "Reviewed", "Tally", "VideoPage",
    "account_page", "days_to", "evidence", "overview", "portfolio", "quarters", "review_page", "tally", "video_page",
]  # fmt: skip
