"""Persons, invitations, groups and passkeys."""
