"""Flags (疑点): what is doubtful though no instrument forbids it; a file for each sort, joined by `listing`."""
