"""The forms of an assessment: each module has `render(assessment) -> str`."""
