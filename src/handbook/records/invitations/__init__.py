"""Invitations: signed, sent, and the sittings that begin with one."""
