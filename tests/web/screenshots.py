"""See tests/web/screenshots."""

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from sales import sales

SIZES = {"light": ("light", 1280, 800), "dark": ("dark", 1280, 800), "phone": ("light", 360, 740)}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sales() as system, sync_playwright() as playwright:
        day = system.api.list("/reports")[0]["businessDay"]
        invoice = system.api.list("/invoices", sort="-date")[0]["id"]
        views = {"today": "", "days": "#/days", "report": f"#/reports/{day}", "invoices": "#/invoices",
                 "invoice": f"#/invoices/{invoice}", "new": "#/new", "import": "#/import", "health": "#/health"}
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
                                             args=["--no-sandbox"])
        for name, (scheme, width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB")
            for view, address in views.items():
                page.goto(f"{system.url}/{address}")
                page.wait_for_selector("h1")
                page.wait_for_timeout(1000)  # figures, charts and the mail's frame have come by then
                if page.locator("iframe").count():
                    page.locator("iframe").scroll_into_view_if_needed()  # it is read when it comes near
                    page.wait_for_timeout(1000)
                    page.evaluate("scrollTo(0, 0)")
                page.screenshot(path=folder / f"{view}-{name}.png", full_page=view != "invoices")
            page.close()
        system.restart(AUTH="keys")
        for name, (scheme, width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB")
            page.goto(system.url)
            page.wait_for_selector("dialog.log-in")
            page.screenshot(path=folder / f"log-in-{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
