"""Versions put elsewhere, where no reader ever sees half of one.

    publish        into a store, or on the Hub; that is `corpuskit.publish`
    claims         whose the number of a version is meanwhile
    sending        its files, on their way
    versions       what a store has already, and the documents around that
    hub            the same on the Hugging Face Hub, where git does it
    archiving      one file instead; archive_files makes it

Whoever is ended in the middle of it leaves nothing that a reader takes for a version.
"""
