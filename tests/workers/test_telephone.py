"""What is known of a request that went wrong."""

import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from helpline.errors import OutwardError
from tests.conftest import settings_for
from workers.telephone import Telephone


@pytest.fixture
def nobodys_certificate(tmp_path: Path) -> Path:
    """A key and a certificate that nobody has signed but itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    pem = serialization.Encoding.PEM
    file = tmp_path / "nobody.pem"
    file.write_bytes(
        made.sign(key, hashes.SHA256()).public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


@pytest.fixture
def not_trusted(nobodys_certificate: Path) -> Iterator[int]:
    """The port of somebody who says to be the carrier."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(nobodys_certificate)
    with create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with suppress(OSError):
                context.wrap_socket(server.accept()[0], server_side=True)

        Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1]


def test_what_was_told_nobody_we_trust_was_certainly_not_done(not_trusted: int) -> None:
    telephone = Telephone(settings_for(twilio_api_url=f"https://127.0.0.1:{not_trusted}"))
    with pytest.raises(OutwardError) as refused:
        telephone.text(1, "+447700900142", "Words")
    assert (refused.value.processed, refused.value.permanent) == (False, False)
