"""What is meant by who names something: one rule for whatever reads it.

    config   the configuration file that belongs to a source folder
    release  the folder of a release on this machine
    remote   the version of a dataset behind a URL

Nothing is read but what that takes.
"""
