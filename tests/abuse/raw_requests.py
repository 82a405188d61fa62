"""Requests as bytes, with what has to come back. No client library would send most of them.

H1SPEC are the 33 cases of uNetworking's h1spec, on paths of ours. SMUGGLING are requests that two readers could end at
different bytes, or read differently; sources are RFC 9112 §11.2, the HTTP Garden and the lists of CL.TE, TE.CL and
TE.TE variants. FRAMED have one reading only, and carry a second request in their body, where it must stay.
"""

from dataclasses import dataclass

INVOICE = b'{"customer":"Ada","amount":1,"reference":"raw","items":[{"sku":"A","qt":1}]}'


@dataclass(frozen=True)
class Raw:
    name: str
    data: bytes
    status: int = 400


def get(fields: bytes = b"", line: bytes = b"GET /healthz HTTP/1.1") -> bytes:
    return line + b"\r\nHost: a\r\n" + fields + b"\r\n"


def post(fields: bytes, body: bytes = b"", host: bytes = b"Host: a\r\n") -> bytes:
    return b"POST /invoices HTTP/1.1\r\n" + host + b"Content-Type: application/json\r\n" + fields + b"\r\n" + body


def chunked(body: bytes, fields: bytes = b"Transfer-Encoding: chunked\r\n") -> bytes:
    return post(fields, body)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


CHUNKED = b"Transfer-Encoding: chunked\r\n"
LAST_CHUNK = b"0\r\n\r\n"
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

# Where h1spec cuts a request off: nothing is wrong yet, so the server has to wait for more.
FRAGMENTS = [Raw(name, piece, 200) for name, piece in [
    ("method", b"G"),
    ("url-1", b"GET "),
    ("url-2", b"GET /healthz"),
    ("url-3", b"GET /healthz "),
    ("version", b"GET /healthz HTTP"),
    ("request-line", b"GET /healthz HTTP/1.1"),
    ("request-line-newline-1", b"GET /healthz HTTP/1.1\r"),
    ("request-line-newline-2", b"GET /healthz HTTP/1.1\r\n"),
    ("field-name", b"GET /healthz HTTP/1.1\r\nHos"),
    ("field-value-1", b"GET /healthz HTTP/1.1\r\nHost:"),
    ("field-value-2", b"GET /healthz HTTP/1.1\r\nHost: "),
    ("field-value-3", b"GET /healthz HTTP/1.1\r\nHost: localhost"),
    ("field-value-4", b"GET /healthz HTTP/1.1\r\nHost: localhost\r"),
    ("request", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"),
    ("termination", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r"),
]]

H1SPEC = [
    Raw("no-version", b"GET / \r\n\r\n"),
    Raw("expect-without-body", get(b"Expect: 100-continue\r\n"), 200),
    Raw("valid-get", get(), 200),
    Raw("valid-get-odd-fields", b"GET /healthz HTTP/1.1\r\nhoSt:\ta\r\nempty:\r\n\r\n", 200),
    Raw("brackets-in-name", get(b"X-Odd[]: b\r\n")),
    Raw("no-host", b"GET /healthz HTTP/1.1\r\nContent-Length: 5\r\n\r\n"),
    Raw("two-hosts", get(b"Host: b\r\n")),
    Raw("length-negative-overflow", get(b"Content-Length: -123456789123456789123456789\r\n")),
    Raw("length-negative", get(b"Content-Length: -1234\r\n")),
    Raw("length-letters", get(b"Content-Length: abc\r\n")),
    Raw("empty-value", get(b"X-Empty: \r\n"), 200),
    Raw("control-in-value", get(b"X-Bell: b\x07\r\n")),
    Raw("version-9.9", get(line=b"GET /healthz HTTP/9.9"), 505),
    Raw("text-before-the-request", b"Extra line" + get()),
    Raw("cr-alone-before-a-field", get(b"\rX-Other: b\r\n")),
    Raw("valid-post", post(b"Content-Length: %d\r\n" % len(INVOICE), INVOICE), 201),
    Raw("valid-chunked", chunked(chunk(INVOICE) + LAST_CHUNK), 201),
    Raw("length-and-chunked", post(b"content-LengtH: 5\r\nTransFer-Encoding: chunked\r\n",
                                   chunk(INVOICE) + LAST_CHUNK)),
]

_LENGTHS = [
    ("list", b"5, 5"), ("list-that-differs", b"5, 6"), ("plus", b"+5"), ("hex", b"0x5"), ("octal", b"0o5"),
    ("underscore", b"5_0"), ("blank-inside", b"5 0"), ("empty", b""), ("fraction", b"5.0"), ("exponent", b"5e0"),
    ("quoted", b'"5"'), ("semicolon", b"5;"), ("vertical-tab", b"\x0b5"), ("form-feed", b"5\x0c"), ("nul", b"5\x00"),
    ("arabic-digit", "\u0665".encode()), ("2^64+5", b"18446744073709551621"), ("2^63-overflow", b"9" * 40),
]

_CODINGS = [
    ("xchunked", b"xchunked"), ("identity", b"identity"), ("gzip-chunked", b"gzip, chunked"),
    ("chunked-gzip", b"chunked, gzip"), ("chunked-twice", b"chunked, chunked"), ("chunked-identity", b"chunked, identity"),
    ("identity-chunked", b"identity, chunked"), ("leading-comma", b", chunked"), ("trailing-comma", b"chunked,"),
    ("quoted", b'"chunked"'), ("parameter", b"chunked;q=1"), ("vertical-tab-before", b"\x0bchunked"),
    ("form-feed-after", b"chunked\x0c"), ("nul-after", b"chunked\x00"), ("no-break-space", b"\xa0chunked"),
    ("empty", b""), ("cr-after", b"chunked\r"), ("long-s", "chun\u212aed".encode()),
]

_CHUNK_BODIES = [
    ("size-prefixed", b"0x5\r\nhello\r\n0\r\n\r\n"), ("size-plus", b"+5\r\nhello\r\n0\r\n\r\n"),
    ("size-minus", b"-5\r\nhello\r\n0\r\n\r\n"), ("size-underscore", b"0_5\r\nhello\r\n0\r\n\r\n"),
    ("size-blank-first", b" 5\r\nhello\r\n0\r\n\r\n"), ("size-blank-after", b"5 \r\nhello\r\n0\r\n\r\n"),
    ("size-tab-after", b"5\t\r\nhello\r\n0\r\n\r\n"), ("size-empty", b"\r\nhello\r\n0\r\n\r\n"),
    ("size-letters", b"5g\r\nhello\r\n0\r\n\r\n"), ("size-2^64+5", b"10000000000000005\r\nhello\r\n0\r\n\r\n"),
    ("size-too-long", b"F" * 20 + b"\r\nhello\r\n0\r\n\r\n"), ("size-nul", b"5\x00\r\nhello\r\n0\r\n\r\n"),
    ("size-ends-with-lf", b"5\nhello\r\n0\r\n\r\n"), ("size-ends-with-cr", b"5\rhello\r\n0\r\n\r\n"),
    ("size-ends-with-cr-x", b"5\rXhello\r\n0\r\n\r\n"),
    ("data-too-long", b"5\r\nhelloX\r\n0\r\n\r\n"), ("data-too-short", b"5\r\nhell\r\n0\r\n\r\n"),
    ("data-ends-with-lf", b"5\r\nhello\n0\r\n\r\n"), ("data-ends-with-two-bytes", b"5\r\nhelloXX0\r\n\r\n"),
    ("extension-with-lf", b"5;a\nb\r\nhello\r\n0\r\n\r\n"), ("extension-with-lf-quoted", b'5;a="b\nc"\r\nhello\r\n0\r\n\r\n'),
    ("extension-with-cr", b"5;a\rb\r\nhello\r\n0\r\n\r\n"), ("extension-without-name", b"5;\r\nhello\r\n0\r\n\r\n"),
    ("extension-too-long", b"5;a=" + b"x" * 300 + b"\r\nhello\r\n0\r\n\r\n"),
    ("last-chunk-ends-with-lf", b"5\r\nhello\r\n0\n\r\n"), ("trailer-with-lf", b"0\r\nA: b\nC: d\r\n\r\n"),
    ("trailer-folded", b"0\r\nA: b\r\n c\r\n\r\n"), ("trailer-without-colon", b"0\r\nAbc\r\n\r\n"),
    ("trailer-blank-before-colon", b"0\r\nA : b\r\n\r\n"), ("trailer-with-nul", b"0\r\nA: b\x00\r\n\r\n"),
    ("trailer-with-length", b"0\r\nContent-Length: 5\r\n\r\n"),
]

_FIELDS = [
    ("blank-before-colon", b"Transfer-Encoding : chunked\r\n"), ("tab-before-colon", b"Transfer-Encoding\t: chunked\r\n"),
    ("blank-before-name", b" Transfer-Encoding: chunked\r\n"), ("fold-by-blank", b"A: b\r\n c\r\n"),
    ("fold-by-tab", b"A: b\r\n\tc\r\n"), ("fold-of-coding", b"Transfer-Encoding:\r\n chunked\r\n"),
    ("fold-of-length", b"Content-Length:\r\n 5\r\n"), ("lf-inside-value", b"A: b\nTransfer-Encoding: chunked\r\n"),
    ("lf-after-name", b"Transfer-Encoding\n: chunked\r\n"), ("cr-inside-value", b"A: b\rTransfer-Encoding: chunked\r\n"),
    ("nul-inside-value", b"A: b\x00c\r\n"), ("nul-inside-name", b"A\x00: b\r\n"), ("no-colon", b"Transfer-Encoding\r\n"),
    ("no-name", b": chunked\r\n"), ("control-in-name", b"\x01Transfer-Encoding: chunked\r\n"),
    ("high-byte-in-name", b"\xffTransfer-Encoding: chunked\r\n"), ("blank-in-name", b"Transfer Encoding: chunked\r\n"),
    ("second-host", b"Host: b\r\n"), ("second-host-same", b"host: a\r\n"),
    ("two-codings", CHUNKED + CHUNKED), ("coding-then-other", CHUNKED + b"Transfer-Encoding: x\r\n"),
    ("other-then-coding", b"Transfer-Encoding: x\r\n" + CHUNKED),
    ("two-lengths", b"Content-Length: 0\r\nContent-Length: 0\r\n"),
    ("two-lengths-that-differ", b"Content-Length: 0\r\nContent-Length: 5\r\n"),
]

_HEADS = [
    Raw("lf-after-request-line", b"GET /healthz HTTP/1.1\nHost: a\r\n\r\n"),
    Raw("lf-after-field", b"GET /healthz HTTP/1.1\r\nHost: a\n\r\n"),
    Raw("lf-everywhere", b"GET /healthz HTTP/1.1\nHost: a\n\n"),
    Raw("lf-ends-the-head", b"GET /healthz HTTP/1.1\r\nHost: a\r\n\n"),
    Raw("cr-after-request-line", b"GET /healthz HTTP/1.1\rHost: a\r\n\r\n"),
    Raw("empty-lines-first", b"\r\n\r\n\r\n" + get()),
    Raw("blank-line-before-fields", b"GET /healthz HTTP/1.1\r\n Host: a\r\n\r\n"),
    Raw("no-host", b"GET /healthz HTTP/1.1\r\nA: b\r\n\r\n"),
    Raw("host-list", b"GET /healthz HTTP/1.1\r\nHost: a, b\r\n\r\n"),
    Raw("host-with-user", b"GET /healthz HTTP/1.1\r\nHost: a@b\r\n\r\n"),
    Raw("host-with-path", b"GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    Raw("host-folded", b"GET /healthz HTTP/1.1\r\nHost:\r\n a\r\n\r\n"),
    Raw("two-blanks-in-line", get(line=b"GET  /healthz HTTP/1.1")),
    Raw("tab-in-line", get(line=b"GET\t/healthz HTTP/1.1")),
    Raw("blank-after-version", get(line=b"GET /healthz HTTP/1.1 ")),
    Raw("version-1.10", get(line=b"GET /healthz HTTP/1.10")),
    Raw("version-01.1", get(line=b"GET /healthz HTTP/01.1")),
    Raw("version-lower-case", get(line=b"GET /healthz http/1.1")),
    Raw("version-1.2", get(line=b"GET /healthz HTTP/1.2"), 505),
    Raw("version-0.9", get(line=b"GET /healthz HTTP/0.9"), 505),
    Raw("simple-request-of-0.9", b"GET /healthz\r\n"),
    Raw("http-2-preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    Raw("fragment-in-target", get(line=b"GET /healthz#a HTTP/1.1")),
    Raw("nul-in-target", get(line=b"GET /health\x00z HTTP/1.1")),
    Raw("cr-in-target", get(line=b"GET /health\rz HTTP/1.1")),
    Raw("authority-for-get", get(line=b"GET a:80 HTTP/1.1")),
    Raw("chunked-in-1.0", b"POST /invoices HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + LAST_CHUNK),
]

SMUGGLING = [
    Raw("CL.TE", post(b"Content-Length: 6\r\n" + CHUNKED, b"0\r\n\r\nX")),
    Raw("TE.CL", post(CHUNKED + b"Content-Length: 4\r\n", b"5c\r\nhello")),
    Raw("CL.TE-that-agree", post(b"Content-Length: 5\r\n" + CHUNKED, LAST_CHUNK)),
    *(Raw(f"length-{name}", post(b"Content-Length: %s\r\n" % value, b"hello")) for name, value in _LENGTHS),
    *(Raw(f"coding-{name}", chunked(LAST_CHUNK, b"Transfer-Encoding: %s\r\n" % value)) for name, value in _CODINGS),
    *(Raw(f"chunk-{name}", chunked(body)) for name, body in _CHUNK_BODIES),
    *(Raw(f"field-{name}", post(field, LAST_CHUNK)) for name, field in _FIELDS),
    *(Raw(f"head-{case.name}", case.data, case.status) for case in _HEADS),
]


def framed(hidden: bytes) -> list[Raw]:
    """Requests with one reading, whose body is `hidden`: it is data, never a request."""
    length = b"Content-Length: %d\r\n" % len(hidden)
    return [
        Raw("get-with-length", get(length) + hidden, 200),
        Raw("get-with-chunks", get(CHUNKED) + chunk(hidden) + LAST_CHUNK, 200),
        Raw("length-after-tab", get(b"Content-Length:\t%d\r\n" % len(hidden)) + hidden, 200),
        Raw("coding-after-tab", get(b"Transfer-Encoding:\tchunked\r\n") + chunk(hidden) + LAST_CHUNK, 200),
        Raw("length-with-zeros", get(b"Content-Length: 000%d\r\n" % len(hidden)) + hidden, 200),
        Raw("coding-by-underscore", get(length + b"Transfer_Encoding: chunked\r\n") + hidden, 200),
        Raw("length-by-underscore", get(length + b"Content_Length: 0\r\n") + hidden, 200),
        Raw("length-named-as-hop", get(length + b"Connection: content-length, keep-alive\r\n") + hidden, 200),
        Raw("coding-named-as-hop", get(CHUNKED + b"Connection: transfer-encoding, keep-alive\r\n") + chunk(hidden) +
            LAST_CHUNK, 200),
        Raw("upgrade-to-h2c", get(length + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                                  b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n") + hidden, 200),
        Raw("upgrade-to-websocket", get(length + b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
                                        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n")
            + hidden, 200),
        Raw("absolute-target-beats-host", get(length, b"GET http://b/healthz HTTP/1.1") + hidden, 200),
        Raw("method-override", get(length + b"X-HTTP-Method-Override: POST\r\n") + hidden, 200),
        Raw("path-override", get(length + b"X-Original-URL: /invoices\r\nX-Rewrite-URL: /invoices\r\n") + hidden, 200),
        Raw("unknown-path", get(length, b"GET /nothing HTTP/1.1") + hidden, 404),
        Raw("wrong-method", get(length, b"DELETE /healthz HTTP/1.1") + hidden, 405),
        Raw("unsupported-body", get(length + b"Content-Type: text/plain\r\n", b"POST /invoices HTTP/1.1") + hidden, 415),
        Raw("bad-body", post(length, hidden), 400),
        Raw("bad-body-in-chunks", post(CHUNKED, chunk(hidden) + LAST_CHUNK), 400),
        Raw("trailer-with-coding", get(CHUNKED) + chunk(hidden) + b"0\r\nConnection: close\r\n\r\n", 200),
    ]
