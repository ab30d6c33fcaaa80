"""A model hub on this computer, as Hugging Face and its mirrors answer, whose line can be made to break."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Hub:
    """Serves the files of ``folder`` as ``owner/model``; breaks off after ``break_after`` bytes of each answer."""

    def __init__(self, folder: Path, *, ranges: bool = True) -> None:
        self.folder = folder
        self.ranges = ranges
        self.break_after: int | None = None
        self.status: int | None = None
        self.listing: object = None
        self.asked: list[tuple[str, str | None]] = []
        self.address = ""

    def tree(self) -> object:
        if self.listing is not None:
            return self.listing
        return [{"type": "file", "path": "README.md", "size": 3, "oid": "0" * 40}] + [
            _entry(file) for file in sorted(self.folder.iterdir())
        ]


def _entry(file: Path) -> dict[str, object]:
    content = file.read_bytes()
    entry: dict[str, object] = {
        "type": "file",
        "path": file.name,
        "size": len(content),
        "oid": hashlib.sha1(b"blob %d\x00" % len(content) + content).hexdigest(),
    }
    if file.name == "model.bin":
        entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 130}
    return entry


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            hub.asked.append((self.path, wanted))
            if hub.status is not None:
                self.send_error(hub.status)
            elif self.path == "/api/models/owner/model/tree/main":
                self.answer(json.dumps(hub.tree()).encode(), 200)
            elif match := re.fullmatch(r"/owner/model/resolve/main/([\w.]+)", self.path):
                self.send_file(hub.folder / match[1], wanted)
            else:
                self.send_error(404)

        def send_file(self, file: Path, wanted: str | None) -> None:
            content = file.read_bytes()
            if wanted and hub.ranges:
                content = content[int(wanted.removeprefix("bytes=").removesuffix("-")) :]
                self.answer(content, 206)
            else:
                self.answer(content, 200)

        def answer(self, content: bytes, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: hub.break_after])
            self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    hub.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
