"""A time-stamping authority of someone else's: `openssl ts` behind a small HTTP server on loopback."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

CONFIG: Final = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {common}
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamp]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = tsa_config
[tsa_config]
dir = {place}
serial = {place}/serial
crypto_device = builtin
signer_cert = {place}/tsa.pem
certs = {place}/root.pem
signer_key = {place}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def openssl(*arguments: str | Path) -> str:
    """Run openssl; what it said. Raises CalledProcessError where it failed."""
    command = ["openssl", *(str(each) for each in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


class OpensslAuthority:
    """A root, an authority's certificate under it, and what `openssl ts` does with them."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.url = ""
        self.asked = 0
        self.out_of_order = False
        place.mkdir()
        self.root = self._certificate("root", "Root of the tests", None)
        self._certificate("tsa", "Authority of the tests", "root")
        (place / "serial").write_text("01\n")

    def _config(self, common: str) -> Path:
        file = self.place / f"{common.split(maxsplit=1)[0].lower()}.cnf"
        file.write_text(CONFIG.format(common=common, place=self.place))
        return file

    def _certificate(self, name: str, common: str, issuer: str | None) -> Path:
        config, key, made = self._config(common), self.place / f"{name}.key", self.place / f"{name}.pem"
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
        if issuer is None:
            made_with = ("-config", config, "-extensions", "root", "-days", "30")
            openssl("req", "-new", "-x509", "-key", key, *made_with, "-out", made)
            return made
        request = self.place / f"{name}.csr"
        openssl("req", "-new", "-key", key, "-config", config, "-out", request)
        by = ("-CA", self.place / f"{issuer}.pem", "-CAkey", self.place / f"{issuer}.key", "-CAcreateserial")
        how = ("-days", "30", "-extfile", config, "-extensions", "stamp")
        openssl("x509", "-req", "-in", request, *by, *how, "-out", made)
        return made

    def respond(self, query: bytes) -> bytes:
        """The response to a query, both DER."""
        self.asked += 1
        asked, answered = self.place / f"{self.asked}.tsq", self.place / f"{self.asked}.tsr"
        asked.write_bytes(query)
        config = self.place / "authority.cnf"
        openssl("ts", "-reply", "-config", config, "-queryfile", asked, "-out", answered)
        return answered.read_bytes()


@contextmanager
def serving(authority: OpensslAuthority) -> Iterator[OpensslAuthority]:
    """The authority on a port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            ok = self.headers["Content-Type"] == "application/timestamp-query" and not authority.out_of_order
            body = authority.respond(query) if ok else b""
            self.send_response(200 if ok else 503)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    authority.url = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
