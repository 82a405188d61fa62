"""The page at / as files: compressed, cached, fenced in. What it shows is tested with a browser, in tests/web."""

import base64
import gzip
import hashlib
import http.client
import re

import pytest

POLICY = {"default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'",
          "form-action 'none'"}
BYTES_MAX = 120 * 1024


@pytest.fixture
def system(system):
    system.start()
    return system


def get(system, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(*system.address(), timeout=20)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def assets_of(html: str) -> list[str]:
    return re.findall(r'(?:src|href)="(/assets/[^"]+)"', html)


def test_page_comes_whole_from_the_program(system):
    status, headers, body = get(system, "/")
    html = body.decode()
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    style, = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert POLICY | {f"style-src 'sha256-{allowed}'"} <= \
        {part.strip() for part in headers["content-security-policy"].split(";")}
    assert "unsafe" not in headers["content-security-policy"] and headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-cache"
    assert assets_of(html) and not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", html)
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=", html), "something inline"
    for path in assets_of(html):
        status, headers, body = get(system, path)
        assert status == 200 and body and "immutable" in headers["cache-control"], path


def test_page_stays_small_and_is_compressed_beforehand(system):
    paths = ["/", *assets_of(get(system, "/")[2].decode())]
    total = 0
    for path in paths:
        _, plain_headers, plain = get(system, path)
        _, zipped_headers, zipped = get(system, path, Accept_Encoding="gzip")
        _, small_headers, small = get(system, path, Accept_Encoding="gzip, deflate, br, zstd")
        assert plain_headers.get("content-encoding") is None
        if zipped_headers.get("content-encoding") == "gzip":
            assert gzip.decompress(zipped) == plain, path
        assert len(small) <= len(zipped) <= len(plain), path
        assert small_headers["vary"] == "Accept-Encoding"
        total += len(small)
    assert total < BYTES_MAX, f"{total} bytes"


def test_page_is_sent_once(system):
    for path in ["/", *assets_of(get(system, "/")[2].decode())]:
        for encoding in ("identity", "gzip", "br"):
            _, headers, _ = get(system, path, Accept_Encoding=encoding)
            again = get(system, path, Accept_Encoding=encoding, If_None_Match=headers["etag"])
            assert (again[0], again[2], again[1]["etag"]) == (304, b"", headers["etag"])
            assert get(system, path, "HEAD", Accept_Encoding=encoding)[1]["etag"] == headers["etag"]


def test_page_takes_no_place_of_the_api(system):
    assert get(system, "/assets/other.js")[0] == 404
    assert get(system, "/today")[0] == 404
    assert get(system, "/", "POST")[0] == 405
