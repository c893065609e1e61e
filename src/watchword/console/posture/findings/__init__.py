"""Findings by what one edit mends, one by one, and each with its why, its place and its history."""
