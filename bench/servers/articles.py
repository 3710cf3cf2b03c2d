"""The approach of the two articles this project grew out of, made anew: an object proxied by Flask.

`pass_through` hands the range to the upstream and streams its answer. `windows` answers every request with 3 MB at most,
which it downloads before it answers. Both are as the articles do it, not as one would write them to win.
"""

import http.client
import os
import re

from flask import Flask, Response, request

HOST = os.environ["UPSTREAM_HOST"]
TARGET = os.environ["UPSTREAM_TARGET"]
CHUNK_BYTES = 64 * 1024
WINDOW_BYTES = 3_000_000
PASSED_HEADERS = ("Content-Type", "Content-Length", "Content-Range", "Accept-Ranges", "ETag", "Last-Modified")

pass_through = Flask("pass_through")
windows = Flask("windows")


def fetch(range_header):
    connection = http.client.HTTPConnection(HOST)
    connection.request("GET", TARGET, headers={"Range": range_header} if range_header else {})
    return connection, connection.getresponse()


def headers_of(upstream):
    passed = {name: upstream.headers[name] for name in PASSED_HEADERS if name in upstream.headers}
    return {**passed, "Accept-Ranges": "bytes"}


@pass_through.get("/<path:key>")
def stream(key):
    connection, upstream = fetch(request.headers.get("Range"))

    def body():
        try:
            while chunk := upstream.read(CHUNK_BYTES):
                yield chunk
        finally:
            connection.close()

    return Response(body(), upstream.status, headers_of(upstream))


@windows.get("/<path:key>")
def window(key):
    first = int(re.match(r"bytes=(\d+)-", request.headers.get("Range", "bytes=0-"))[1])
    connection, upstream = fetch(f"bytes={first}-{first + WINDOW_BYTES - 1}")
    content = upstream.read()
    connection.close()
    return Response(content, upstream.status, headers_of(upstream))
