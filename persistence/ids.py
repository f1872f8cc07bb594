"""Row identities: UUIDs that sort in the order of their making (RFC 9562, version 7)."""

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def new_id() -> uuid.UUID:
    """Return an id that is greater than every id this process has made before.

    Rows that a sandbox writes share one `created_at`; ordering by (`created_at`, `id`) then still tells which came
    first. The machine's clock only serves the order here, no amount or date depends on it.
    """
    global _last
    with _lock:
        stamp = max(
            time.time_ns() * 4096 // 1_000_000, _last + 1
        )  # 48 bits of ms, 12 of its fraction
        _last = stamp
    tail = int.from_bytes(os.urandom(8), "big") >> 2
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | tail
    return uuid.UUID(int=value)
