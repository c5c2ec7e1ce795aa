"""A headless Chromium of the operating system, driven over a pipe by its DevTools protocol: one process, one page.

It shows HTML in a window of a given width, in light or dark, runs a script in it, and takes pictures. It reaches no
network; what a page asks for is written down.
"""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless",
    "--no-sandbox",  # as root it starts in no other way, and shows nothing but our own mails
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-pipe",
)
_SECONDS_TO_ANSWER = 30
_SECONDS_TO_END = 5
_HEIGHT = 800


class BrowserError(Exception):
    """Chromium did not do as it was told."""


def installed() -> str | None:
    """The program's path, if there is one on this machine."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """Runs between ``with`` and its end."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._ids = count(1)
        self._session: str | None = None
        self._frame = ""
        self._rest = b""
        self.requests: list[str] = []

    def __enter__(self) -> Self:
        self._profile = tempfile.mkdtemp(prefix="mailgate-browser-")
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # It reads what it is told from descriptor 3, and answers on 4.
        wiring = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", wiring, "chromium", self._program, *_FLAGS, f"--user-data-dir={self._profile}"],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._frame = self._ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self._ask("Page.enable")
        self._ask("Network.enable")
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        os.close(self._out)  # the end of the pipe is its end
        try:
            self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        os.close(self._in)
        shutil.rmtree(self._profile, ignore_errors=True)

    def window(self, *, width: int, dark: bool) -> None:
        """How wide the window is, and what the reader prefers, from now on."""
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=_HEIGHT, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Emulation.setEmulatedMedia", features=[scheme])

    def show(self, html: str) -> None:
        """Put that into the page."""
        self._ask("Page.setDocumentContent", frameId=self._frame, html=html)

    def run(self, script: str) -> Any:
        """What an expression comes to, as JSON carries it."""
        answer = self._ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def picture(self, place: Path) -> None:
        """The whole page, as PNG."""
        width, height = self.run("[innerWidth, Math.ceil(document.documentElement.getBoundingClientRect().height)]")
        clip = {"x": 0, "y": 0, "width": width, "height": max(height, 1), "scale": 1}
        answer = self._ask("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        place.write_bytes(base64.b64decode(answer["data"]))

    def _ask(self, method: str, **parameters: Any) -> Any:
        asked = next(self._ids)
        command: dict[str, Any] = {"id": asked, "method": method, "params": parameters}
        if self._session is not None:
            command["sessionId"] = self._session
        os.write(self._out, json.dumps(command).encode() + b"\0")
        while (answer := self._next()).get("id") != asked:
            if answer.get("method") == "Network.requestWillBeSent":
                self.requests.append(answer["params"]["request"]["url"])
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def _next(self) -> dict[str, Any]:
        """The next message; each ends with a zero."""
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._in], [], [], _SECONDS_TO_ANSWER)
            if not ready or not (piece := os.read(self._in, 1 << 16)):
                raise BrowserError("chromium has ended" if ready else "chromium does not answer")
            self._rest += piece
        message, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found
