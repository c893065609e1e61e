"""Results of the scanners that a team already runs, taken into the one list of findings.

    reading = read_results(content, name="results.json")
    merged = merge(results, [ImportFile(name="results.json", reading=reading, placed=…)], checks, today=today)

One small module a form, each naming the documentation that its facts come from. See `docs/guides/import-scanners.md`.
"""

from watchword.evidence.posture.imports.merging import ImportFile, Merged, checks_of, merge
from watchword.evidence.posture.imports.model import Finding, Reading
from watchword.evidence.posture.imports.reading import FORMS, LARGEST, read_results

__all__ = ["FORMS", "LARGEST", "Finding", "ImportFile", "Merged", "Reading", "checks_of", "merge", "read_results"]
