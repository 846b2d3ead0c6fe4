"""How well intents are told apart: training on one file of examples, judging on others, and saying why."""
