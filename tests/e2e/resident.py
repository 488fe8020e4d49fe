"""A resident's browser: opens a page from its file, and notes what it says to the console or asks of the network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.dagster_ui import browser as browser_command

PHONE, DESK = 360, 1440
HEIGHT = 900

# Rectangles of all text that can be seen, by line. Text in a box that scrolls lies where it would without scrolling, so
# such boxes are opened first; what is fixed to the screen moves over everything and is let go.
TEXT_BOXES = """() => {
  const open = {maxHeight: 'none', overflow: 'visible'};
  for (const box of document.querySelectorAll('.scroll')) Object.assign(box.style, open);
  for (const head of document.querySelectorAll('.jump, .scroll thead th')) head.style.position = 'static';
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.data.trim() || element.closest('script, style, title, option, .unseen, .skip')) continue;
    if (!element.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) {
      if (r.width <= 1 || r.height <= 1) continue;
      found.push([r.left, r.top + scrollY, r.right, r.bottom + scrollY, node.data.trim()]);
    }
  }
  return found;
}"""


@dataclass
class Opened:
    """A page in a browser, and what it did that a quiet page does not."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def overlaps(self) -> list[tuple[str, str]]:
        """Pairs of texts of which one covers the other by more than a letter's edge."""
        boxes = sorted(self.page.evaluate(TEXT_BOXES), key=lambda box: box[1])
        found = []
        for n, one in enumerate(boxes):
            for other in boxes[n + 1 :]:
                if other[1] >= one[3]:
                    break
                across = min(one[2], other[2]) - max(one[0], other[0])
                down = min(one[3], other[3]) - max(one[1], other[1])
                if across > 2 and down > 0.3 * min(one[3] - one[1], other[3] - other[1]):
                    found.append((one[4], other[4]))
        return found

    def overflow(self) -> int:
        """Pixels that the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@contextmanager
def a_browser() -> Iterator[Browser]:
    """The browser that is installed."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=browser_command(), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@contextmanager
def opened(browser: Browser, file: Path, *, width: int = DESK, script: bool = True) -> Iterator[Opened]:
    """The page in a window of this width."""
    context = browser.new_context(viewport={"width": width, "height": HEIGHT}, java_script_enabled=script)
    seen = Opened(context.new_page())
    seen.page.on("console", lambda message: seen.complaints.append(message.text))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on("dialog", lambda dialog: seen.complaints.append(dialog.message))
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.goto(file.as_uri())
    yield seen
    context.close()


def picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page where CITYLAKE_SCREENSHOTS says, for people to look at."""
    folder = os.environ.get("CITYLAKE_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
