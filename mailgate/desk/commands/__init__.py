"""What people ask for by mail is done here, in the transaction that settles their mail.

``handlers`` has one function for each command of specialists, ``by_specialist`` does all of a mail's or nothing, and
tells its author what came of it. Which lines are commands is for ``classify.commands``.
"""
