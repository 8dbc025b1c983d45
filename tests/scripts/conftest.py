"""A folder with a little Procfile of its own: the same stack as everybody's, with nothing of ours in it."""

import sys
from pathlib import Path

import pytest

DOOR = """
import http.server, sys
class Door(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Door).serve_forever()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "door.py").write_text(DOOR)
    (tmp_path / "Procfile").write_text(
        "release: touch released\n"
        f"ivr: {sys.executable} door.py $IVR_PORT\n"
        f"web: {sys.executable} door.py $WEB_PORT\n"
        "clock: sleep 60\n"
    )
    return tmp_path
