"""Certificates of one's own authority, for a broker over TLS."""

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
        request, extensions = folder / "server.csr", folder / "server.ext"
        extensions.write_text(f"subjectAltName=DNS:{host}\n")
        _openssl("req", "-new", *KEY, "-subj", f"/CN={host}", "-keyout", str(made.key), "-out", str(request))
        _openssl("x509", "-req", "-in", str(request), "-CA", str(made.ca), "-CAkey", str(made.ca.with_suffix(".key")),
                 "-CAcreateserial", "-days", DAYS, "-extfile", str(extensions), "-out", str(made.certificate))
        return made


def _openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)
