"""The judge of Mailgate's promises: nothing lost, nothing said twice. ``make judge``, or ``python -m judge PART``.

It starts the real daemon, real clients, a real IMAP server and a real server that takes our mail; it breaks things, and
compares what was promised with what came of it. What it knows of the daemon is what anybody can see: what clients were
told (``told``), what the server behind us took (``sink``), and what the database says when SQLite itself is asked
(``database``). ``oracle`` compares the three; no line of it is shared with the product. The judge is judged, too:
``planted`` has bugs that are put into the daemon while it starts, and each must be found.
"""
