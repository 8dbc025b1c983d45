"""Sounds for a browser's player, which asks for them piece by piece."""

from fastapi import Request, Response


def played(request: Request, whole: bytes) -> Response:
    """A sound, or the part of it that a browser asks for."""
    kind = "audio/wav" if whole[:4] == b"RIFF" else "audio/mpeg"
    wanted = request.headers.get("range", "")
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    if not wanted.startswith("bytes=") or not first.isdigit() or int(first) >= len(whole):
        return Response(whole, media_type=kind, headers={"Accept-Ranges": "bytes"})
    start = int(first)
    end = min(int(last), len(whole) - 1) if last.isdigit() else len(whole) - 1
    where = f"bytes {start}-{end}/{len(whole)}"
    headers = {"Accept-Ranges": "bytes", "Content-Range": where}
    return Response(whole[start : end + 1], 206, media_type=kind, headers=headers)
