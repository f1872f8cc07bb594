"""Take the pictures of docs/screenshots from the demo as it runs: each page light, dark and on a phone.

python3 manage.py up                                # in one terminal
.venv/bin/python -m tests.tools.screenshots         # in another; --address if it is not port 8000; names for a few
"""

from __future__ import annotations

import argparse
import base64
from typing import Any

from tests.tools.pages import PAGES, ROOT, browser_at

FOLDER = ROOT / "docs" / "screenshots"
LOOKS = {"light": (1280, 820), "dark": (1280, 820), "phone": (390, 844)}
LARGEST = 150_000


def picture(page: Any) -> bytes:
    """Return what the page shows, as WebP."""
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": 82})
    session.detach()
    return base64.b64decode(taken["data"])


def main() -> None:
    """Take each picture and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(PAGES), help=", ".join(PAGES))
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    asked = parser.parse_args()
    with browser_at(asked.address) as context:
        for look, (width, height) in LOOKS.items():
            (FOLDER / look).mkdir(parents=True, exist_ok=True)
            page = context.new_page()
            page.emulate_media(color_scheme="dark" if look == "dark" else "light")
            page.set_viewport_size({"width": width, "height": height})
            for name in asked.names:
                PAGES[name](page)
                page.wait_for_load_state("networkidle")
                taken = picture(page)
                assert len(taken) <= LARGEST, f"{name} has {len(taken)} bytes"
                (FOLDER / look / f"{name}.webp").write_bytes(taken)
                print(f"{look}/{name}.webp  {len(taken) // 1000} KB", flush=True)
            page.close()


if __name__ == "__main__":
    main()
