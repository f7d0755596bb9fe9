"""deploy/nginx.conf as it is handed out, TLS and limits included."""

import datetime as dt
import http.client
import ssl
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from unittest import TestCase, skipUnless

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.living.nginx import AROUND, CONFIGURATION, NGINX
from tests.living.processes import free_port, wait_until


def write_certificate(folder: Path) -> None:
    """Write a certificate of example.org and its key, as Let's Encrypt's client names them."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    now = dt.datetime.now(dt.UTC)
    until = now + dt.timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, until)
    certificate = builder.sign(key, hashes.SHA256())
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "privkey.pem").write_bytes(key.private_bytes(*form))


@skipUnless(NGINX, "nginx is not installed (Debian: nginx-light)")
class ConfigurationTests(TestCase):
    def setUp(self) -> None:
        found = tempfile.TemporaryDirectory()
        self.addCleanup(found.cleanup)
        self.folder = Path(found.name)
        for name in ("t", "var/static", "var/media/renditions/0a", "edge"):
            (self.folder / name).mkdir(parents=True)
        write_certificate(self.folder)
        self.plain, self.secure = free_port(), free_port()
        text = CONFIGURATION.read_text(encoding="utf-8")
        for ours, here in (
            ("/etc/letsencrypt/live/example.org", self.folder), ("/var/lib/newsroom", self.folder / "var"),
            ("/var/cache/newsroom", self.folder / "edge"), ("    listen [::]:80;\n", ""),
            ("    listen [::]:443 ssl http2;\n", ""), ("listen 80;", f"listen 127.0.0.1:{self.plain};"),
            ("listen 443 ", f"listen 127.0.0.1:{self.secure} "), ("127.0.0.1:8000", f"127.0.0.1:{free_port()}"),
        ):  # fmt: skip
            self.assertIn(ours, text)
            text = text.replace(ours, str(here))
        self.file = self.folder / "nginx.conf"
        self.file.write_text(AROUND.format(folder=self.folder, inside=text), encoding="utf-8")

    def read(self, path: str, *, method: str = "GET", is_secure: bool = True) -> tuple[int, dict[str, str], bytes]:
        if is_secure:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            line = http.client.HTTPSConnection("127.0.0.1", self.secure, timeout=10, context=context)
        else:
            line = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=10)  # type: ignore[assignment]
        with closing(line):
            line.request(method, path, headers={"Host": "www.example.org"})
            answer = line.getresponse()
            return answer.status, dict(answer.headers), answer.read()

    def is_up(self) -> bool:
        try:
            return self.read("/", is_secure=False)[0] == 301
        except OSError:
            return False

    def test_it_leads_to_tls_gives_files_and_no_other_of_ours_and_bounds_who_asks_too_much(self) -> None:
        (self.folder / "var" / "static" / "site.0123456789ab.css").write_text("body {}")
        (self.folder / "var" / "newsroom.sqlite3").write_text("secret")
        image = "renditions/0a/0123456789abcd-640x360.webp"
        (self.folder / "var" / "media" / image).write_bytes(b"RIFF")
        (self.folder / "var" / "media" / "original.jpg").write_bytes(b"as it was uploaded")
        nginx = subprocess.Popen([NGINX, "-c", str(self.file)], stderr=subprocess.DEVNULL)
        self.addCleanup(nginx.wait, 20)
        self.addCleanup(nginx.terminate)
        wait_until(self.is_up, 20, "nginx answers")
        self.assertEqual(self.read("/jeux/?a=b", is_secure=False)[1]["Location"], "https://www.example.org/jeux/?a=b")
        status, headers, body = self.read("/static/site.0123456789ab.css")
        self.assertEqual((status, body), (200, b"body {}"))
        self.assertIn("immutable", headers["Cache-Control"])
        status, headers, body = self.read(f"/media/{image}")
        self.assertEqual((status, headers["Content-Type"], body), (200, "image/webp", b"RIFF"))
        for path in (
            "/media/original.jpg",
            "/newsroom.sqlite3",
            "/static/../newsroom.sqlite3",
            "/static../newsroom.sqlite3",
        ):
            self.assertEqual(self.read(path)[0], 502, path)  # the server's to answer, and there is none here
        answers = {self.read("/c/1/", method="POST")[0] for _n in range(80)}  # 30 a minute, and 20 more at once
        self.assertEqual(answers, {502, 429})
