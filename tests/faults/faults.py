"""The faults of the campaign, by the names they have in its table."""

REFUSED, TIME_OUT, RESET, TOO_MANY, BROKEN = "connection refused", "time-out", "reset half way", "429", "5xx"
CREDENTIALS, TRUNCATED, CHECKSUM, EMPTY = "wrong credentials", "truncated body", "wrong checksum", "empty body"
CONTENT_TYPE, DISK_FULL, KILLED = "wrong content type", "disk full", "process killed"
FAULTS = (
    REFUSED, TIME_OUT, RESET, TOO_MANY, BROKEN, CREDENTIALS, TRUNCATED, CHECKSUM, EMPTY, CONTENT_TYPE, DISK_FULL,
    KILLED,
)  # fmt: skip

# How a cell went.
RODE_OUT, SAID, LEFT, HEALED = "rode out", "said", "left", "healed"
LEGEND = (
    "rode out: tried again, all came · said: stopped, said what to do, and all came once the source was well",
    "left: taken by the next pull, on record · healed: the next pull completed it",
)


def possible(impossible: dict[str, str]) -> list[str]:
    """The faults that can happen to a transport."""
    assert set(impossible) <= set(FAULTS)
    return [fault for fault in FAULTS if fault not in impossible]
