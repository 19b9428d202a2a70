"""The signed manifest, the key that signs, and all layers read together."""

import io
import json
import stat
from pathlib import Path

import pytest
from PIL import Image

from gpu_worker.__main__ import main
from gpu_worker.origin import credentials, manifest
from gpu_worker.origin.reading import UnreadablePicture, read_origin
from tests.origin.drawn import made, opened


def test_a_made_picture_says_so_in_three_layers():
    found = read_origin(made())
    assert found.made_here and found.metadata is not None and found.manifest is not None and found.mark is not None
    assert (found.metadata.ours, found.metadata.source_type) == (True, "compositeWithTrainedAlgorithmicMedia")
    assert (found.manifest.intact, found.manifest.ours) == (True, True)
    assert found.manifest.source_type == "compositeWithTrainedAlgorithmicMedia"


def test_saved_anew_the_mark_alone_is_left_and_is_enough():
    out = io.BytesIO()
    opened(made()).save(out, "JPEG", quality=80)
    found = read_origin(out.getvalue())
    assert (found.metadata, found.manifest, found.made_here) == (None, None, True)


def test_a_changed_byte_breaks_the_signature():
    data = bytearray(made())
    data[len(data) // 3] ^= 1
    signed = manifest.read(bytes(data), "image/webp")
    assert signed is not None and (signed.intact, signed.ours) == (False, False)


def test_another_installations_signature_holds_and_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    other = credentials.create(tmp_path / "other", "Another shop")
    own = manifest.installation()
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "red").save(out, "JPEG")
    manifest._signer.cache_clear()
    monkeypatch.setattr(manifest, "installation", lambda: other)
    data = manifest.sign(out.getvalue(), "image/jpeg")
    monkeypatch.setattr(manifest, "installation", lambda: own)
    signed = manifest.read(data, "image/jpeg")
    assert signed is not None and (signed.intact, signed.ours, signed.signer) == (True, False, "Another shop")


def test_without_a_key_nothing_is_signed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(manifest, "installation", lambda: None)
    assert manifest.sign(b"as it is", "image/webp") == b"as it is"
    assert credentials.load({}) is None


def test_the_key_is_its_owners_alone_and_is_never_overwritten(tmp_path: Path):
    made_once = credentials.create(tmp_path, "A shop")
    key = tmp_path / "key.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert credentials.load({"ORIGIN_FOLDER": str(tmp_path)}) == made_once
    text = {"ORIGIN_KEY": made_once.key.decode().replace("\n", "\\n"), "ORIGIN_CHAIN": made_once.chain.decode()}
    assert credentials.load(text) == made_once
    with pytest.raises(credentials.CredentialsError, match="already"):
        credentials.create(tmp_path, "A shop")
    key.chmod(0o640)
    with pytest.raises(credentials.CredentialsError, match="chmod"):
        credentials.load({"ORIGIN_FOLDER": str(tmp_path)})
    with pytest.raises(credentials.CredentialsError, match="create_signing_key"):
        credentials.load({"ORIGIN_FOLDER": str(tmp_path / "nowhere")})


def test_the_command_reads_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "a.webp"
    path.write_bytes(made())
    assert main(["read-mark", str(path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["made_here"], told["manifest"]["intact"]) == (True, True)
    path.write_bytes(b"no picture")
    assert main(["read-mark", str(path)]) == 2


@pytest.mark.parametrize("data", [b"", b"RIFF....WEBP", b"\xff\xd8\xff" + b"\0" * 100, b"<svg/>"])
def test_what_is_no_picture_is_refused_in_words(data: bytes):
    with pytest.raises(UnreadablePicture, match="not a readable"):
        read_origin(data)
