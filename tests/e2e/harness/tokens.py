"""An issuer of tokens: what a client would show, and what an attacker would."""

import base64
import hashlib
import hmac
import json
import subprocess
import time
from pathlib import Path

ISSUER, AUDIENCE = "https://id.example", "invoicing"
SCOPES = "invoices:read invoices:write reports:read reports:manage metrics:read"


def base64url(data: bytes | str | dict) -> str:
    if isinstance(data, dict):
        data = json.dumps(data)
    return base64.urlsafe_b64encode(data.encode() if isinstance(data, str) else data).rstrip(b"=").decode()


def claims(**other: object) -> dict:
    """Good ones; None takes one away."""
    now = int(time.time())
    made = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "iat": now, "exp": now + 3600, "scope": SCOPES} | other
    return {name: value for name, value in made.items() if value is not None}


class Key:
    """An RSA key, made by OpenSSL."""

    def __init__(self, folder: Path, kid: str):
        folder.mkdir(parents=True, exist_ok=True)
        self.kid, self._file = kid, folder / f"{kid}.pem"
        _openssl("genrsa", "-out", str(self._file), "2048")

    def jwk(self) -> dict:
        modulus = bytes.fromhex(_openssl("rsa", "-in", str(self._file), "-noout", "-modulus").decode().strip().split("=")[1])
        return {"kty": "RSA", "kid": self.kid, "use": "sig", "n": base64url(modulus), "e": "AQAB"}

    def public_pem(self) -> bytes:
        return _openssl("rsa", "-in", str(self._file), "-pubout")

    def token(self, header: dict | None = None, **other: object) -> str:
        """`other`: claims; `header`: members beside or instead of the good ones."""
        signed = _signed_part({"alg": "RS256", "kid": self.kid, "typ": "JWT"} | (header or {}), claims(**other))
        return f"{signed}.{base64url(_openssl('dgst', '-sha256', '-sign', str(self._file), given=signed.encode()))}"


def unsigned(kid: str, algorithm: str = "none") -> str:
    return _signed_part({"alg": algorithm, "kid": kid}, claims()) + "."


def signed_with_secret(kid: str, secret: bytes) -> str:
    signed = _signed_part({"alg": "HS256", "kid": kid}, claims())
    return f"{signed}.{base64url(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def key_set(*keys: Key) -> str:
    return json.dumps({"keys": [key.jwk() for key in keys]})


def _signed_part(header: dict, content: dict) -> str:
    return f"{base64url(header)}.{base64url(content)}"


def _openssl(*words: str, given: bytes | None = None) -> bytes:
    return subprocess.run(["openssl", *words], input=given, check=True, capture_output=True).stdout
