"""Signatures of versions: what `signing` writes and `verifying` reads.

    attestation  what is signed: the digests of all files, and how they were built
    dsse         the envelope around it
    ed25519      the signature itself, and private keys
    public_keys  as OpenSSH writes them
    key_files    keys as users name them
    files        where the signatures of a version lie

`signing` and `verifying` put these together.
"""
