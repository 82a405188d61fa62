"""What axe-core, which npm installs beside the page, finds on it."""

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js"


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Rules, and where they are broken."""
    # The page's own policy lets no script of others in; evaluate() is the debugger's.
    page.evaluate(SCRIPT.read_text())
    found = page.evaluate("axe.run(document, {iframes: false})")["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found]
