"""What every part of a report reads from, and the little that several of them ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from vitalreel.accounts.revenue import Contract
from vitalreel.identity import AccountId
from vitalreel.measurement.arms import Floors
from vitalreel.measurement.parts.terms import Terms
from vitalreel.measurement.quarter import Period
from vitalreel.measurement.report.finding import Finding, Revenue
from vitalreel.steps.happened import Happened
from vitalreel.store.lake import LakeSession
from vitalreel.store.workspace import Programme, Workspace
from vitalreel.triggers.matrix import Play
from vitalreel.triggers.window import zone_of

FLOORS = Floors()


@dataclass(frozen=True, slots=True)
class Asked:
    """One report in the making."""

    workspace: Workspace
    programme: Programme
    period: Period
    session: LakeSession
    connection: Connection
    happened: Happened
    plays: Mapping[str, Play]
    findings: Mapping[str, Finding]
    held: Mapping[AccountId, tuple[Contract, ...]]  # contracts known by the period's day
    revenue: Revenue | None

    @property
    def terms(self) -> Terms:
        return self.programme.terms

    @property
    def day(self) -> date:
        return self.period.day

    def of_category(self, *categories: str) -> tuple[Play, ...]:
        """Plays of these categories, by name."""
        return tuple(p for _, p in sorted(self.plays.items()) if p.category in categories)

    def rows(self, table: str, *columns: str) -> Sequence[Mapping[str, Any]]:
        """Rows of a lake table as known at the end of the day; none where it was never loaded."""
        if table not in self.session.names:
            return ()
        found = self.session.as_of(self.day)[table].select(*columns).to_pyarrow().to_pylist()
        return list(found)

    def instant(self, day: date) -> datetime:
        """The midnight that begins a day, on the programme's clock."""
        return datetime.combine(day, time(), zone_of(self.programme.zone)).astimezone(UTC)

    @property
    def first(self) -> datetime:
        """The quarter's first instant."""
        return self.instant(self.period.quarter.start)

    @property
    def end(self) -> datetime:
        """The first instant after the quarter, or after the day."""
        return self.instant(self.period.until)

    @property
    def known(self) -> datetime:
        """The first instant after the report's day."""
        return self.instant(self.day + timedelta(days=1))

    def date_of(self, at: datetime) -> date:
        """The day of an instant, on the programme's clock."""
        return at.astimezone(zone_of(self.programme.zone)).date()
