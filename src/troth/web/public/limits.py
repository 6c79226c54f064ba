"""How often one network may write: enough for a family, too little for a flood."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

MOST_NETWORKS = 100_000  # that are remembered; the longest quiet is forgotten first


@dataclass
class Limits:
    """Writes by network: `burst` at once, then one in `seconds`. Nothing is kept on disk.

    `now` counts seconds and never goes back.
    """

    now: Callable[[], float]
    burst: int = 10
    seconds: float = 6.0
    _spent: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allow(self, address: str) -> bool:
        """Whether the network of an address may write now; counts it if so."""
        network, now = _network(address), self.now()
        with self._lock:
            spent, at = self._spent.pop(network, (0.0, now))
            spent = max(0.0, spent - (now - at) / self.seconds)
            allowed = spent + 1 <= self.burst
            self._spent[network] = (spent + allowed, now)
            if len(self._spent) > MOST_NETWORKS:
                self._spent.popitem(last=False)
        return allowed


@lru_cache(maxsize=10_000)
def _network(address: str) -> str:
    """An IPv6 customer has a whole /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        return (found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64)).compressed
    return found.compressed
