"""The settings of the notary: what goes together, and what is told of a file that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from events.logs import PREFIX
from service.settings import SettingError, Settings
from service.wiring import notary_of


def test_a_token_is_never_kept_unverified(tmp_path: Path) -> None:
    """An authority takes the roots that its tokens verify under."""
    with pytest.raises(ValidationError, match="ZEREN_TSA_CERT"):
        Settings(tsa_url="http://tsa.example/")
    with pytest.raises(ValidationError):
        Settings(tsa_url="tsa.example", tsa_cert=tmp_path / "roots.pem")
    assert Settings(tsa_url="http://tsa.example/", tsa_cert=tmp_path / "roots.pem").tsa_url == "http://tsa.example/"


def test_nothing_waits_for_witnesses_that_are_not_there(tmp_path: Path) -> None:
    """To fail closed takes a policy: without one no checkpoint would ever be served."""
    with pytest.raises(ValidationError, match="ZEREN_WITNESS_POLICY"):
        Settings(witness_fail="closed")
    assert Settings(witness_fail="closed", witness_policy=tmp_path / "policy").witness_fail == "closed"


def test_the_notary_s_place() -> None:
    """It is in the data directory, or where it is put."""
    assert Settings(data=Path("d")).notary_directory == Path("d/notary")
    assert Settings(data=Path("d"), notary=Path("n")).notary_directory == Path("n")


@pytest.mark.parametrize("content", [None, b"quorum w\n", b"\x00"])
def test_a_policy_that_cannot_be_used_is_told(tmp_path: Path, content: bytes | None) -> None:
    """A file that is missing or is no policy stops the service before it serves, with its name."""
    file = tmp_path / "policy"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingError, match=str(file)):
        notary_of(Settings(witness_policy=file))


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_roots_that_cannot_be_used_are_told(tmp_path: Path, content: bytes | None) -> None:
    """So does a file of roots that is missing or holds none."""
    file = tmp_path / "roots.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingError, match=str(file)):
        notary_of(Settings(tsa_url="http://tsa.example/", tsa_cert=file))


def test_the_prefix_of_origins() -> None:
    """Origins begin as the log has it unless another prefix is set, which must be able to begin the name of a key."""
    assert Settings().origin_prefix == PREFIX
    assert Settings(origin_prefix="audit.example/cn").origin_prefix == "audit.example/cn"
    for wrong in ("a b", "a+b", "a/", "a" * 151):
        with pytest.raises(ValidationError):
            Settings(origin_prefix=wrong)


@pytest.mark.parametrize("name", ["operator_key", "key"])
@pytest.mark.parametrize("value", ["责任" * 12, "k" * 24 + "\u00e9", "k" * 24 + "\n", " " + "k" * 24])
def test_a_key_that_no_header_carries_is_refused(name: str, value: str) -> None:
    """Every request with it would be refused."""
    with pytest.raises(ValidationError, match="printable ASCII"):
        Settings.model_validate({name: value})
    assert Settings(operator_key="~key of 24 characters or more!").operator_key is not None


def test_a_database_is_a_postgresql() -> None:
    """Its address begins as asyncpg and SQLAlchemy write it; another is told before anything is started."""
    for url in ("postgresql://h/d", "postgres://h/d", "postgresql://u:p@[::1]:5432/d"):
        assert Settings(database_url=url).database_url == url
    assert Settings(database_url="postgresql+asyncpg://u:p@h:5432/d").database_url == "postgresql://u:p@h:5432/d"
    for url in ("mysql://x", "host=h dbname=d", "postgresql"):
        with pytest.raises(ValidationError, match="database_url"):
            Settings(database_url=url)


@pytest.mark.parametrize("ports", ["99999", "0", "5432,h:65536"])
def test_a_port_that_there_cannot_be_is_told(ports: str) -> None:
    """Of the database's URL, before anybody connects; several hosts and sockets are URLs too."""
    with pytest.raises(ValidationError, match="ports from 1 to 65535"):
        Settings(database_url=f"postgresql://u@h:{ports}/z")
    for sound in ("postgresql://u@h1:5432,h2:5433/z", "postgresql://u@[::1]/z", "postgresql://u:p@[::1]:5432/z",
                  "postgresql://u@/z?host=/run"):  # fmt: skip
        assert Settings(database_url=sound).database_url == sound
