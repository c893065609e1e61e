"""One request and its answer over a fresh connection, for proofs and set-up: byte for byte, nothing hidden by a client."""

import json
import socket
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]  # names in lower case, in their order
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    def cookies(self) -> dict[str, str]:
        """Names and values that `Set-Cookie` gives."""
        pairs = [value.split(";", 1)[0].partition("=") for key, value in self.headers if key == "set-cookie"]
        return {name.strip(): value for name, _, value in pairs}

    def json(self) -> dict[str, object]:
        content = json.loads(self.body)
        assert isinstance(content, dict)
        return content


def exchange(port: int, request: bytes, *, timeout: float = 10) -> Answer:
    """Send `request` as it is; read one answer, by its length, its chunks, or to the end."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(request)
        with connection.makefile("rb") as stream:
            status = int(stream.readline().split()[1])
            headers = []
            while (line := stream.readline().rstrip(b"\r\n")) != b"":
                name, _, value = line.decode("latin-1").partition(":")
                headers.append((name.strip().lower(), value.strip()))
            known = dict(headers)
            if request.startswith(b"HEAD ") or status in {204, 304}:
                body = b""
            elif "content-length" in known:
                body = stream.read(int(known["content-length"]))
            elif known.get("transfer-encoding") == "chunked":
                chunks = []
                while size := int(stream.readline(), 16):
                    chunks.append(stream.read(size))
                    stream.readline()
                body = b"".join(chunks)
            else:
                body = stream.read()
    return Answer(status=status, headers=tuple(headers), body=body)


def compose(
    method: str, host: str, path: str, *, headers: tuple[tuple[str, str], ...] = (), body: bytes = b""
) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"host: {host}", *(f"{name}: {value}" for name, value in headers)]
    if body or method == "POST":
        lines.append(f"content-length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body
