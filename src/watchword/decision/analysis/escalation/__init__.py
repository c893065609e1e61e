"""Escalations: how principals of an estate can come to more than they have.

found = find_escalations(Inquiry(estate))
for cause in found.causes: ...
"""

from watchword.decision.analysis.escalation.model import ADMIN, Escalations, Grade
from watchword.decision.analysis.escalation.search import find_escalations
from watchword.decision.analysis.escalation.techniques import TECHNIQUES

__all__ = ["ADMIN", "TECHNIQUES", "Escalations", "Grade", "find_escalations"]
