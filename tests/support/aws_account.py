"""An AWS account by the wire: moto as a server, behind a proxy that denies, throttles and answers as it is told.

with account() as there:
    there.client("s3").create_bucket(Bucket="logs")
    there.denied.add("s3:GetBucketPolicy")

The proxy tells what a request asks (`service:Operation`) by the model of botocore, and what moto has no answer to it
denies. It keeps a list of everything that was asked, so that a test can say what never was.
"""

import http.client
import json
import logging
import os
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

_SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/aws4_request")
_JSON = frozenset(
    {"lambda", "eks", "macie2", "securityhub", "guardduty", "apigateway", "elasticfilesystem", "backup", "es"}
    | {"access-analyzer", "tagging"}
)
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "none"}


class Account:
    """What a test says of the account. Names are `service:Operation`, with the service as requests are signed for it."""

    def __init__(self, port: int, backend: tuple[str, int]) -> None:
        self.port = port
        self.backend = backend
        self.denied: set[str] = set()
        self.throttled: dict[str, int] = {}  # how many more times
        self.asked: Counter[str] = Counter()
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            # S3 Control puts the account before the host, which resolves to nothing: the proxy is one for HTTP, too.
            "AWS_ENDPOINT_URL_S3_CONTROL": "http://control.test",
            "HTTP_PROXY": self.url,
            "NO_PROXY": "127.0.0.1",
        }

    def client(self, service: str, region: str = "eu-west-1") -> Any:
        """A client that goes around the proxy: what a test makes is no part of what is collected."""
        import boto3

        host, port = self.backend
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=f"http://{host}:{port}",
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )


@contextmanager
def account() -> Iterator[Account]:
    """Start both; the account is empty at the beginning and gone at the end."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL + 1)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    proxy = _Proxy(("127.0.0.1", 0), _Handler)
    there = Account(proxy.server_address[1], server.get_host_and_port())
    proxy.account = there
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        connection = http.client.HTTPConnection(*there.backend)
        connection.request("POST", "/moto-api/reset")
        connection.getresponse().read()
        connection.close()
        yield there
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()
        server.stop()


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    account: Account


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Proxy

    def do_GET(self) -> None:
        self._forward()

    do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_GET  # noqa: N815 - the names are the standard library's

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the standard library's
        pass

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        scope = _SCOPE.search(self.headers.get("authorization", ""))
        service = scope[2] if scope else ""
        name = f"{service}:{self._operation(service, body)}"
        there = self.server.account
        with there.lock:
            there.asked[name] += 1
            throttled = there.throttled.get(name, 0)
            if throttled:
                there.throttled[name] = throttled - 1
        if throttled:
            self._refuse(service, 429 if service in _JSON else 400, "ThrottlingException", "Rate exceeded")
            return
        if name in there.denied:
            self._refuse(service, 403, "AccessDenied", f"not authorized to perform: {name}")
            return
        connection = http.client.HTTPConnection(*there.backend)
        try:
            headers = {n: v for n, v in self.headers.items() if n.lower() != "connection"}
            parts = urlsplit(self.path)  # with a host in front, where we are asked as a proxy
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            connection.request(self.command, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status >= 500 or (answer.status == 404 and b"<!doctype html>" in content.lower()):
                self._refuse(service, 403, "AccessDenied", f"moto has no {name}")
                return
            self.send_response(answer.status)
            for header, value in answer.getheaders():
                if header.lower() not in {"transfer-encoding", "content-length", "connection", "date", "server"}:
                    self.send_header(header, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)
        finally:
            connection.close()

    def _operation(self, service: str, body: bytes) -> str:
        target = self.headers.get("x-amz-target", "")
        if target:
            return target.rpartition(".")[2]
        action = parse_qs(body.decode("utf-8", "replace")).get("Action") if b"Action=" in body else None
        if action:
            return action[0]
        return _by_path(service, self.command, self.path)

    def _refuse(self, service: str, status: int, code: str, words: str) -> None:
        if self.headers.get("x-amz-target") or service in _JSON:
            code = "AccessDeniedException" if code == "AccessDenied" else code
            content = json.dumps({"__type": code, "message": words}).encode()
        elif service == "ec2":
            code = "UnauthorizedOperation" if code == "AccessDenied" else "RequestLimitExceeded"
            content = f"<Response><Errors><Error><Code>{code}</Code><Message>{words}</Message></Error></Errors></Response>".encode()
        elif service == "s3":
            content = f"<Error><Code>{'SlowDown' if status != 403 else code}</Code><Message>{words}</Message></Error>".encode()
        else:
            content = (
                f"<ErrorResponse><Error><Code>{code}</Code><Message>{words}</Message></Error></ErrorResponse>".encode()
            )
        self.send_response(status)
        self.send_header("x-amzn-errortype", code)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def _by_path(service: str, method: str, path: str) -> str:
    """What a REST request asks: a subresource of S3 in its query, else the path with holes for what is named."""
    parts = urlsplit(path)
    if service == "s3" and parts.path.startswith("/v20180820/"):
        return "GetAccountPublicAccessBlock" if method == "GET" else method
    if service == "s3":
        query = sorted(parse_qs(parts.query, keep_blank_values=True))
        names = {
            "policy": "GetBucketPolicy",
            "publicAccessBlock": "GetPublicAccessBlock",
            "encryption": "GetBucketEncryption",
            "versioning": "GetBucketVersioning",
            "acl": "GetBucketAcl",
            "logging": "GetBucketLogging",
            "object-lock": "GetObjectLockConfiguration",
            "ownershipControls": "GetBucketOwnershipControls",
            "lifecycle": "GetBucketLifecycleConfiguration",
            "tagging": "GetBucketTagging",
        }
        found = next((names[name] for name in query if name in names), "ListBuckets" if parts.path == "/" else "")
        return found if method == "GET" else f"{method} {found}"
    return f"{method} {parts.path}"
