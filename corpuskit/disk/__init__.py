"""Files of this machine: how they get there whole, and what is believed of those that are there.

    syncing         on the disk itself, and not only on their way to it
    links           a file at a second path without its bytes
    plain_files     read from people who may mean harm
    checked_tables  believed while they are what was written

None of it knows what the files are about.
"""
