"""Runtime compliance: passes over an estate, how long findings stand, reports by day and week, packs of evidence.

    content = content_of(report, …, previous=last.content)   # what a pass found, findings with the age they had
    standing = standing_of(passes, now=now, …)                # how an estate stands, and whether that is still true
    periodic_report(…)                                        # what became of it within a day or a week
    build_pack(…) / verify_pack(…)                            # evidence for a framework, and whether it is untouched

Everything here is a function of values. Files, clocks, clouds and the ledger are `app.compliance`'s.
"""
