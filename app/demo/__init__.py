"""The demonstration: an invented brand with a shop page on another origin, a catalogue, orders and two agents."""
