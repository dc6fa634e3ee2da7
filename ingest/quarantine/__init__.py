"""Rows that broke their contract: which there are, what people have said of them, and reading them again with that.

A fix or a dismissal is an entry of an append-only file (`overlay/quarantine/<feed>.jsonl`), bound to the bytes of the
delivered file, the row and its original text. It is laid over the row whenever the file is read.
"""
