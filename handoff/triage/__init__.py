"""Does this message need a person? `Triage.load()` reads the signals, `assess` decides."""
