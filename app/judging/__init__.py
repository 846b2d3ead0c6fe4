"""Triage on whole conversations: reading marked files, judging them, fitting thresholds."""
