"""Texts that repeat themselves: exact cycles, and circling."""
