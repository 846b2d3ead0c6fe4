"""The ways in from outside, under a name that no other package has: the command, and the plugin of pytest.

The packages behind them are called `app`, `bot` and `handoff`, which many projects call their own. So both ways first
look whether a folder of the developer's stands in front of one of them, and say so. Nothing here imports them before.
"""
