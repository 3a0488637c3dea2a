"""Reads what the parts of the quarterly report are counted from: the app database and the lake, as known at the end of a day."""

from __future__ import annotations

from vitalreel.measurement.parts.part import Part
from vitalreel.steps.parts.asked import Asked
from vitalreel.steps.parts.business import costs_part, expansion_parts, first_value_part, primary_part
from vitalreel.steps.parts.cohort import every_end
from vitalreel.steps.parts.evidence import Evidence
from vitalreel.steps.parts.outcomes import fates_part, renewals_part, response_part
from vitalreel.steps.parts.people import hours_part, playbooks_part, sponsors_part
from vitalreel.steps.parts.workings import diagnosis_parts, library_part, speed_part


def every_part(asked: Asked) -> tuple[Part, ...]:
    """All parts in the order of the document: what was promised, then money, people, and how the programme works."""
    ends = every_end(asked)
    parts = (
        primary_part(asked), fates_part(asked, ends), renewals_part(asked, ends), *expansion_parts(asked), costs_part(asked),
        first_value_part(asked), response_part(asked), sponsors_part(asked), hours_part(asked), playbooks_part(asked), speed_part(asked),
        library_part(asked), *diagnosis_parts(asked),
    )  # fmt: skip
    evidence = Evidence(asked)
    return tuple(evidence.behind(p) for p in parts)
