"""These tests use the fixtures that Kickstand offers to everybody; its own tests' `clock` stands aside."""

from kickstand.system_plugin import clock

__all__ = ["clock"]
