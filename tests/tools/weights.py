"""Weigh the console's pages as a browser with a cold cache loads them, from the demo as it runs.

python3 manage.py up                            # in one terminal
.venv/bin/python -m tests.tools.weights         # in another; --address if it is not port 8000; names for a few

Ends with status 1 when a page is heavier than the bar, asks another host, or has something to say in the browser's
console (deprecated APIs and violations of the content security policy included).
"""

from __future__ import annotations

import argparse
import sys
from typing import Any
from urllib.parse import urlsplit

from tests.tools.pages import PAGES, browser_at

BAR = 150_000
"""Bytes over the wire, of all requests of a page together."""
QUIET = ("data", "blob", "about")


class Scale:
    """Listens to one page through the browser's protocol."""

    def __init__(self, page: Any, host: str) -> None:
        self.host, self.hosts, self.said = host, set[str](), list[str]()
        self.sizes: dict[str, int] = {}
        session = page.context.new_cdp_session(page)
        for domain in ("Network", "Log", "Runtime", "Audits"):
            session.send(f"{domain}.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._loaded)
        session.on("Log.entryAdded", lambda event: self.said.append(event["entry"]["text"]))
        session.on("Runtime.consoleAPICalled", lambda event: self.said.append(str(event["args"])))
        session.on("Audits.issueAdded", lambda event: self.said.append(str(event["issue"])))

    def _asked(self, event: dict[str, Any]) -> None:
        address = urlsplit(event["request"]["url"])
        if address.netloc != self.host and address.scheme not in QUIET:
            self.hosts.add(address.netloc)

    def _loaded(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = int(event["encodedDataLength"])

    def clear(self) -> None:
        """Forget what has been loaded so far."""
        self.sizes.clear()
        self.said.clear()

    @property
    def weight(self) -> int:
        """Bytes, headers included."""
        return sum(self.sizes.values())


def main() -> None:
    """Weigh each page and say what is wrong with it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(PAGES), help=", ".join(PAGES))
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    asked = parser.parse_args()
    faults = []
    with browser_at(asked.address) as context:
        page = context.new_page()
        scale = Scale(page, urlsplit(asked.address).netloc)
        for name in asked.names:
            PAGES[name](page)
            scale.clear()
            page.reload(wait_until="networkidle")
            print(
                f"{name:20} {scale.weight / 1000:6.1f} KB in {len(scale.sizes)} requests",
                flush=True,
            )
            faults += [f"{name}: {scale.weight} bytes"] if scale.weight > BAR else []
            faults += [f"{name}: {text}" for text in scale.said]
            faults += [f"{name}: asks {host}" for host in sorted(scale.hosts)]
    sys.exit("\n".join(faults) or None)


if __name__ == "__main__":
    main()
