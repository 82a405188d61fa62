#!/usr/bin/env python3
"""A real SMTP server (aiosmtpd) on a free port of 127.0.0.1 that goes wrong on request.

Writes "port N" on its standard output once it listens, and ends when its standard input is closed.
Every mail that it takes becomes FOLDER/<n>.eml with two lines before the content,
"X-Envelope-From: …" and "X-Envelope-To: …", written before the client gets its answer.
"""

import argparse
import asyncio
import logging
import pathlib
import ssl
import subprocess
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

STEPS = ("connect", "ehlo", "mail", "rcpt", "data", "content", "quit")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path, help="where mails and the certificate go")
    parser.add_argument("--tls", choices=("none", "starttls", "smtps"), default="none")
    parser.add_argument("--certificate", choices=("right", "other-name"), default="right")
    parser.add_argument("--user", help="user:password; nobody else may send")
    parser.add_argument("--reply", action="append", default=[], metavar="STEP=TEXT",
                        help=f"what to answer instead; STEP is one of {', '.join(STEPS)}, or rcpt:ADDRESS")
    parser.add_argument("--reply-once", action="append", default=[], metavar="STEP=TEXT",
                        help="the first time only")
    parser.add_argument("--hang", choices=STEPS, help="never answer this step")
    parser.add_argument("--hold-content", action="store_true",
                        help="answer a whole mail only once FOLDER/answer exists")
    parser.add_argument("--drop", choices=STEPS, help="break the connection at this step")
    parser.add_argument("--drop-times", type=int, default=1_000_000, help="how often")
    return parser.parse_args()


class Faults:
    def __init__(self, options):
        self.hang, self.drop, self.drops_left = options.hang, options.drop, options.drop_times
        self.hold_content = options.hold_content
        self.replies = dict(entry.split("=", 1) for entry in options.reply)
        self.once = dict(entry.split("=", 1) for entry in options.reply_once)

    async def at(self, step, server, key=None):
        """What to answer at `step`, or None where nothing is wrong."""
        if self.hang == step:
            await asyncio.sleep(3600)
        if self.drop == step and self.drops_left > 0:
            self.drops_left -= 1
            server.transport.abort()
            await asyncio.sleep(3600)
        for name in (key, step):
            if name in self.once:
                return self.once.pop(name)
            if name in self.replies:
                return self.replies[name]
        return None


class Handler:
    def __init__(self, folder, faults):
        self.folder, self.faults, self.count = folder, faults, 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        reply = await self.faults.at("ehlo", server)
        return [reply] if reply else responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        reply = await self.faults.at("mail", server)
        if not reply:
            envelope.mail_from = address
        return reply or "250 2.1.0 sender fine"

    async def handle_RCPT(self, server, session, envelope, address, options):
        reply = await self.faults.at("rcpt", server, f"rcpt:{address}")
        if not reply:
            envelope.rcpt_tos.append(address)
        return reply or "250 2.1.5 recipient fine"

    async def handle_DATA(self, server, session, envelope):
        reply = await self.faults.at("content", server) if self.faults.drop != "content" else None
        if reply:
            return reply
        self.count += 1
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {','.join(envelope.rcpt_tos)}\r\n"
        partial = self.folder / "partial"
        partial.write_bytes(head.encode() + envelope.original_content)
        partial.rename(self.folder / f"{self.count}.eml")
        await self.faults.at("content", server)
        while self.faults.hold_content and not (self.folder / "answer").exists():
            await asyncio.sleep(0.02)
        return f"250 2.0.0 taken as {self.count}"

    async def handle_QUIT(self, server, session, envelope):
        return await self.faults.at("quit", server) or "221 Bye"


class FaultySmtp(SMTP):
    """aiosmtpd has no hook for the greeting and for the DATA command itself."""

    def __init__(self, handler, faults, **options):
        super().__init__(handler, **options)
        self.faults = faults

    async def push(self, status):
        if isinstance(status, str) and status.startswith("220") and self.session.host_name is None:
            status = await self.faults.at("connect", self) or status
        await super().push(status)

    async def smtp_DATA(self, arg):
        reply = await self.faults.at("data", self)
        if reply:
            await self.push(reply)
        else:
            await super().smtp_DATA(arg)


def tls_context(folder, certificate):
    """A fresh self-signed certificate; FOLDER/certificate.pem is what a client may trust."""
    names = "DNS:localhost,IP:127.0.0.1" if certificate == "right" else "DNS:mail.other.example"
    key, cert = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                    "-nodes", "-days", "2", "-subj", "/CN=test", "-addext", f"subjectAltName={names}",
                    "-keyout", key, "-out", cert], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return context


def authenticator(user):
    def check(server, session, envelope, mechanism, data):
        given = f"{data.login.decode()}:{data.password.decode()}"
        return AuthResult(success=given == user, handled=False)

    return check


async def main():
    logging.disable(logging.CRITICAL)  # broken handshakes and dropped lines are what the tests want
    warnings.simplefilter("ignore")
    options = arguments()
    faults = Faults(options)
    handler = Handler(options.folder, faults)
    context = tls_context(options.folder, options.certificate) if options.tls != "none" else None
    smtp_options = {"hostname": "test.example", "data_size_limit": 100_000_000}
    if options.tls == "starttls":
        smtp_options["tls_context"] = context
    if options.user:
        smtp_options.update(authenticator=authenticator(options.user), auth_required=True, auth_require_tls=False)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: FaultySmtp(handler, faults, loop=loop, **smtp_options),
        "127.0.0.1", 0, ssl=context if options.tls == "smtps" else None)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
