"""What the child process runs: no Django, no database, no settings, an empty environment, limits on everything.

Nothing outside this package may be imported here; the parent imports only `wire` (documents/worker.py).
"""
