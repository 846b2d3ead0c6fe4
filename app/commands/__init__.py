"""The commands of `kickstand`, one module for each thing they are about; `app.cli` puts them together."""
