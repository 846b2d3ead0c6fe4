"""The whole system in one process, for tests: visitors, bot, triage, queue, agents and the clock that moves it all.

The application is the real one and is entered through its real doors, REST and sockets, by connections that stay in
the process. Only its time is ours. `kickstand.system_plugin` makes fixtures of what is here.
"""
