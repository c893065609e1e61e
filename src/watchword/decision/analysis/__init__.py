"""Questions about policies that nobody's request has asked yet: tests of them, and what they allow together.

Built on the same engine that decides live requests, so that an answer here is an answer there.
"""
