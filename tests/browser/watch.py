"""What a page must never do: fail in its scripts, break the content policy, scroll sideways, or shut people out."""

from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage
from playwright.sync_api import Page as Tab

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Complaints:
    """Everything a tab complains about while it is watched."""

    def __init__(self, tab: Tab) -> None:
        self.found: list[str] = []
        self.tolerated: list[str] = []
        tab.on("console", self._heard)
        tab.on("pageerror", lambda error: self.found.append(f"script failed: {error}"))

    def tolerate(self, words: str) -> None:
        """Let a complaint with these words pass, such as the answer 404 of a page that is about a 404."""
        self.tolerated.append(words)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(words in message.text for words in self.tolerated):
            self.found.append(f"{message.type}: {message.text}")


def scrolls_sideways(tab: Tab) -> list[str]:
    """The elements that reach beyond the right edge of a page that can be scrolled sideways; none is good."""
    found: list[str] = tab.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            const isWide = (e) => e.getBoundingClientRect().right > width + 1;
            const wide = [...document.querySelectorAll("body *")].filter(isWide).slice(0, 5);
            return wide.map((e) => `${e.tagName.toLowerCase()}.${e.className} ${e.textContent.trim().slice(0, 40)}`);
        }"""
    )
    return found


def barriers(tab: Tab, theme: str) -> list[str]:
    """What axe-core finds on this page in this theme: rule, element and summary of each violation."""
    if not tab.evaluate("() => 'axe' in window"):
        tab.evaluate(AXE.read_text())
    tab.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
    report: dict[str, Any] = tab.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", RULES
    )
    return [
        f"{theme}: {rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in report["violations"]
        for node in rule["nodes"]
    ]
