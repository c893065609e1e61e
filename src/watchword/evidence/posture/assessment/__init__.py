"""From verdicts to where one stands: exposure, criticality, maturity of the 37 functions, and the road from here.

    done = assess(report, [Survey(inventory)], checks=checks, read=read, settings=settings, paths=["infra"], today=day)
    done.pillars, done.critical, done.exposure_paths, done.items, done.first

`docs/guides/assess.md` says what each part means, and how the stages are found.
"""

from watchword.evidence.posture.assessment.assessment import Assessment, assess
from watchword.evidence.posture.assessment.settings import Entry, Settings, read_settings
from watchword.evidence.posture.assessment.survey import Survey

__all__ = ["Assessment", "Entry", "Settings", "Survey", "assess", "read_settings"]
