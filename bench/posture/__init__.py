"""Scans beside other scanners: how fast, with how much memory, and whether what they say is so.

`suite.run` measures, `peers` fetches and runs the others, `corpora` fetches repositories that none of them was written
for, `agreement` compares findings on the checks that two have.
"""
