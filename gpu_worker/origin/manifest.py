"""The second layer: a C2PA manifest inside the file, signed by the installation's key."""

import io
import json
from dataclasses import dataclass
from functools import lru_cache

import c2pa

from gpu_worker.origin.credentials import Credentials, CredentialsError, load
from gpu_worker.origin.xmp import SOFTWARE, SOURCE_TYPE

_NO_THUMBNAIL = {"builder": {"thumbnail": {"enabled": False}}, "verify": {"verify_after_sign": False}}
_SAID = 200  # characters of what a stranger's manifest says


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What a manifest says, and whether it holds."""

    intact: bool  # the picture is what was signed
    ours: bool  # by this installation's key
    signer: str
    generator: str
    source_type: str


@lru_cache(maxsize=1)
def installation() -> Credentials | None:
    """This process's credentials, read once. Raises CredentialsError."""
    return load()


def sign(data: bytes, content_type: str, *, parent: bytes | None = None, parent_type: str = "image/webp") -> bytes:
    """The file with a manifest; as it is where the installation has no key.

    `parent` is the signed picture that `data` was made from: its manifest goes along as the ingredient. Raises
    CredentialsError for a key that cannot sign.
    """
    credentials = installation()
    if credentials is None:
        return data
    action = {"action": "c2pa.edited" if parent else "c2pa.created", "digitalSourceType": SOURCE_TYPE}
    builder = c2pa.Builder(_definition(action, opened=parent is not None), _context())
    if parent is not None:
        ingredient = {"title": "picture", "relationship": "parentOf", "label": "parent"}
        builder.add_ingredient(ingredient, parent_type, io.BytesIO(parent))
    out = io.BytesIO()
    builder.sign(_signer(credentials), content_type, io.BytesIO(data), out)
    return out.getvalue()


def _definition(action: dict[str, str], *, opened: bool) -> dict[str, object]:
    actions: list[dict[str, object]] = [dict(action)]
    if opened:
        actions.insert(0, {"action": "c2pa.opened", "parameters": {"ingredientIds": ["parent"]}})
    return {
        "claim_generator_info": [{"name": SOFTWARE, "version": "1"}],
        "title": "picture",
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}],
    }


@lru_cache(maxsize=1)
def _context() -> c2pa.Context:
    return c2pa.Context(c2pa.Settings.from_dict(_NO_THUMBNAIL))


@lru_cache(maxsize=1)
def _signer(credentials: Credentials) -> c2pa.Signer:
    info = c2pa.C2paSignerInfo(alg=b"ed25519", sign_cert=credentials.chain, private_key=credentials.key, ta_url=None)
    try:
        return c2pa.Signer.from_info(info)
    except c2pa.C2paError as error:
        raise CredentialsError(f"The installation's key cannot sign: {error}") from error


def read(data: bytes, content_type: str) -> Signed | None:
    """None for a file without a manifest, or with one that cannot be read at all. Nothing is fetched from elsewhere."""
    credentials = installation()
    trust = {"trust_anchors": credentials.root.decode()} if credentials else {}
    settings = {"verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False}, "trust": trust}
    try:
        context = c2pa.Context(c2pa.Settings.from_dict(settings))
        with c2pa.Reader(content_type, io.BytesIO(data), context=context) as reader:
            report = json.loads(reader.json())
    except c2pa.C2paError:
        return None
    return _signed(report)


def _signed(report: dict[str, object]) -> Signed | None:
    manifests = report.get("manifests")
    active = manifests.get(report.get("active_manifest")) if isinstance(manifests, dict) else None
    if not isinstance(active, dict):
        return None
    state = report.get("validation_state")
    return Signed(
        intact=state in ("Valid", "Trusted"),
        ours=state == "Trusted" and installation() is not None,
        signer=str((active.get("signature_info") or {}).get("issuer", ""))[:_SAID],
        generator=", ".join(str(g.get("name", "")) for g in active.get("claim_generator_info") or [])[:_SAID],
        source_type=_source_type(active),
    )


def _source_type(active: dict[str, object]) -> str:
    assertions = active.get("assertions")
    for assertion in assertions if isinstance(assertions, list) else []:
        for action in (assertion.get("data") or {}).get("actions") or []:
            if action.get("digitalSourceType"):
                return str(action["digitalSourceType"]).rpartition("/")[2][:_SAID]
    return ""
