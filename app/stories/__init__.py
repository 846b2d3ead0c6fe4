"""Conversations from production as test stories: read, masked, written in Rasa's format."""
