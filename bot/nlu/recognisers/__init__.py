"""Recognisers: things whose form says what they are, from years to tracking numbers."""
