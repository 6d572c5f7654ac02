"""One tab of a browser, watched."""

from typing import Any


class Tab:
    """A page; `faults` holds messages, errors and dialogs: there should be none; `asked` every
    address that it asked for."""

    def __init__(self, browser: Any, **options: Any) -> None:
        given = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **options}
        self.context = browser.new_context(**given)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", lambda dialog: self.faults.append(f"dialog: {dialog.message}"))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self, address: str) -> Any:
        """Opens a page; waits until its scripts have drawn it."""
        self.page.goto(address)
        self.ready()
        return self.page

    def close(self) -> None:
        """Closes it."""
        self.context.close()

    def ready(self) -> None:
        """Waits until nothing is going on."""
        # Not `wait_for_function`: the page's policy forbids to evaluate strings.
        self.page.wait_for_selector("html:not([data-state=busy])", state="attached")
