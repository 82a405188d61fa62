"""Certificates of one's own authority, for servers and clients over TLS."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

DAYS = "2"
KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


@dataclass(frozen=True)
class Certificates:
    """PEM files. `other_ca` has signed nothing."""

    ca: Path
    other_ca: Path
    certificate: Path
    key: Path

    @classmethod
    def make(cls, folder: Path, host: str = "localhost") -> "Certificates":
        """For a server that is called `host`, and nothing else."""
        folder.mkdir(parents=True, exist_ok=True)
        made = cls(folder / "ca.pem", folder / "other-ca.pem", folder / "server.pem", folder / "server.key")
        for authority in (made.ca, made.other_ca):
            _openssl("req", "-x509", *KEY, "-days", DAYS, "-subj", f"/CN=test authority {authority.stem}",
                     "-keyout", str(authority.with_suffix(".key")), "-out", str(authority))
        made.issue("server", f"DNS:{host}")
        return made

    def issue(self, name: str, alternative_name: str, by: Path | None = None) -> tuple[Path, Path]:
        """A further certificate and its key, as `name`.pem and `name`.key, signed by `ca` unless another is given."""
        certificate, authority = self.ca.parent / f"{name}.pem", by or self.ca
        key, request, extensions = (certificate.with_suffix(suffix) for suffix in (".key", ".csr", ".ext"))
        extensions.write_text(f"subjectAltName={alternative_name}\n")
        _openssl("req", "-new", *KEY, "-subj", f"/CN={name}", "-keyout", str(key), "-out", str(request))
        _openssl("x509", "-req", "-in", str(request), "-CA", str(authority), "-CAkey",
                 str(authority.with_suffix(".key")), "-CAcreateserial", "-days", DAYS, "-extfile", str(extensions),
                 "-out", str(certificate))
        return certificate, key


def _openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)
