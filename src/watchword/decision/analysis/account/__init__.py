"""AWS accounts as files: read them, and ask who can do what, with the engine that decides live requests.

estate = read_estate([Source("account.json", text)])
inquiry = Inquiry(estate)
inquiry.who_can("s3:GetObject", inquiry.target("arn:aws:s3:::ledger/2026"))
what_can(inquiry, inquiry.principal("alice"))
"""

from watchword.decision.analysis.account.abilities import what_can
from watchword.decision.analysis.account.inquiry import Inquiry
from watchword.decision.analysis.account.model import Estate
from watchword.decision.analysis.account.reader import Source, read_estate

__all__ = ["Estate", "Inquiry", "Source", "read_estate", "what_can"]
