"""A proxy in front of the object store that misbehaves on demand."""

import http.client
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_HOP = {"connection", "keep-alive", "transfer-encoding", "expect"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that was killed or lost patience."""


class S3Proxy:
    """`fault` is one of "", "refuse", "slow", "lost reply", or an HTTP status; `only` names the methods it strikes."""

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target)
        self.fault, self.only, self.struck = "", frozenset({"PUT", "GET", "HEAD"}), 0
        self._server = _Server(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(self) -> None:
                fault = proxy.fault if self.command in proxy.only else ""
                proxy.struck += bool(fault)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if fault == "refuse":
                    self.close_connection = True
                    return
                if fault.isdigit():
                    self._reply(int(fault), {}, b"<Error><Code>Trouble</Code><Message>No.</Message></Error>")
                    return
                if fault == "slow":
                    time.sleep(2.5)
                status, headers, answer = self._forward(body)
                if fault == "lost reply":
                    self.close_connection = True
                    return
                self._reply(status, headers, answer)

            do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = serve

            def _forward(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
                connection = http.client.HTTPConnection(str(proxy.target.hostname), proxy.target.port, timeout=20)
                headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
                try:
                    connection.request(self.command, self.path, body=body or None, headers=headers)
                    answer = connection.getresponse()
                    kept = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP}
                    return answer.status, kept, answer.read()
                finally:
                    connection.close()

            def _reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response_only(status)
                for name, value in headers.items():
                    if name.lower() != "content-length" or self.command == "HEAD":
                        self.send_header(name, value)
                if self.command != "HEAD":
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
