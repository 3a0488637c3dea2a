"""One turn of the loop: bounces, track, assess, find new sponsors, decide, settle what is late, make (or rehearse), review, deliver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from vitalreel.steps.assess import assess
from vitalreel.steps.decide import decide_day
from vitalreel.steps.deliver import Post, deliver
from vitalreel.steps.doors import Doors
from vitalreel.steps.make import make_due
from vitalreel.steps.occasion import Occasion
from vitalreel.steps.opportunity import assess_growth
from vitalreel.steps.overdue import settle_late
from vitalreel.steps.owed import tell_owners
from vitalreel.steps.refresh import refresh_due
from vitalreel.steps.rehearse import rehearse_due
from vitalreel.steps.returned import try_boxes
from vitalreel.steps.review import queue_reviews
from vitalreel.steps.reviewers import chase
from vitalreel.steps.sponsors import find_changes
from vitalreel.steps.stated import ask_outcomes
from vitalreel.steps.told_back import tell_runs
from vitalreel.steps.track import track
from vitalreel.steps.unopened import follow_up
from vitalreel.steps.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Tick:
    """Counts of one turn."""

    day: date
    views: int
    scored: int
    opened: int
    made: int
    refused: int
    set_aside: int  # films that could not be made after several tries
    waiting: int  # for review
    sent: int
    withheld: int
    unknown: int
    replanned: int = 0  # films planned anew, their window having passed
    missed: int = 0  # films that will not land any more; a person or the ladder takes their place
    shown: int = 0  # films put in front of people in the product, their mail having stayed unopened
    unopened: int = 0  # tasks for people whose customers opened neither
    reminded: int = 0  # reviewers who had not answered
    reassigned: int = 0  # reviews given to a deputy
    came_back: int = 0  # bounces and complaints of our mails

    def line(self) -> str:
        """One line for people."""
        aside = f", {self.set_aside} set aside (see `vitalreel queue`)" if self.set_aside else ""
        late = (
            f"  too late {self.replanned + self.missed} ({self.replanned} planned anew)"
            if self.replanned + self.missed
            else ""
        )
        back = f"  came back {self.came_back}" if self.came_back else ""
        return (
            f"{self.day}  views {self.views}  scored {self.scored}  opened {self.opened}  films {self.made} made, "
            f"{self.refused} refused{aside}  waiting for review {self.waiting}  sent {self.sent}  withheld {self.withheld}{late}{back}"
        )


def tick(
    doors: Doors, workshop: Workshop, post: Post, day: date, now: datetime, films: int | None = None, rehearse: bool = False
) -> Tick:  # fmt: skip
    """Everything that is due at `now`, from what was known at the end of `day`.

    films: make at most so many. rehearse: films are written and neither spoken nor drawn; all else is as ever.
    """
    returned = try_boxes(doors, post.boxes, now)
    seen = track(doors, now)
    scored = assess(doors, day, now)
    assess_growth(doors, day, now)
    find_changes(doors, day, now)
    decided = decide_day(doors, day, now)
    ask_outcomes(doors, day, now)
    late = settle_late(doors, day, now)
    refresh_due(doors, day, now)
    make = rehearse_due if rehearse else make_due
    filmed = make(doors, workshop, day, now, films)
    queued = queue_reviews(doors, now)
    chased = chase(doors, now)
    lying = follow_up(doors, now)
    gone = deliver(doors, post, now, Occasion(doors, day))
    tell_owners(doors, now)
    tell_runs(doors, now)
    return Tick(
        day=day,
        views=seen.views,
        scored=scored.scored,
        opened=sum(r.opened_on == day for r in decided.decision.runs),
        made=filmed.made,
        refused=filmed.refused,
        set_aside=filmed.set_aside,
        waiting=queued.waiting,
        sent=len(gone.sent),
        withheld=len(decided.decision.withheld) + len(gone.withheld),
        unknown=len(gone.unknown),
        replanned=late.anew,
        missed=late.for_people + late.let_go,
        shown=lying.shown,
        unopened=lying.to_people,
        reminded=chased.reminded,
        reassigned=chased.reassigned,
        came_back=returned.counted,
    )
