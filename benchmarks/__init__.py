"""What corpuskit costs, measured against other ways to the same rows; `make bench`."""
