"""The pieces of a bundle, written from the text of the format: envelopes, manifests, the zip."""

import base64
import hashlib
import hmac
import json
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from counterseal.custody.checkpoint import Note
from counterseal.custody.envelope import pae
from counterseal.keys.signing import SigningKey, keyid

Members = dict[str, bytes]
Value = dict[str, Any]


def encoded(value: object) -> bytes:
    """Return compact JSON with sorted keys; nothing is refused."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8", "surrogatepass")


def enveloped(payload: bytes, kind: str, keys: Iterable[SigningKey]) -> bytes:
    """Return a DSSE envelope with these signatures, sorted by key."""
    message = pae(payload, kind)
    signatures = [
        {"keyid": keyid(k.public), "sig": base64.b64encode(k.sign(message)).decode()}
        for k in sorted(keys, key=lambda key: key.public)
    ]
    body = base64.b64encode(payload).decode()
    return encoded({"payload": body, "payloadType": kind, "signatures": signatures})


def beside(stem: str, leaf: bytes, who: Mapping[str, bytes]) -> Members:
    """Return the `.pae` and `.sig` files of an envelope."""
    value = json.loads(leaf)
    payload = base64.b64decode(value["payload"])
    found = {f"{stem}.pae": pae(payload, value["payloadType"])}
    signatures = {s["keyid"]: base64.b64decode(s["sig"]) for s in value["signatures"]}
    for name, key in who.items():
        if keyid(key) in signatures:
            found[f"{stem}.{name}.sig"] = signatures[keyid(key)]
    return found


def proof(index: int, path: Sequence[bytes], note: Note) -> bytes:
    """Return a tlog-proof."""
    head = f"c2sp.org/tlog-proof@v1\nindex {index}\n".encode()
    return head + b"".join(map(line, path)) + b"\n" + note.text.encode()


def line(node: bytes) -> bytes:
    """Return one line of a proof."""
    return base64.b64encode(node) + b"\n"


def listed(members: Members) -> list[Value]:
    """Return the members as a statement lists them."""
    return [
        {"name": n, "sha256": hashlib.sha256(c).hexdigest(), "size": len(c)}
        for n, c in sorted(members.items(), key=lambda item: item[0].encode())
    ]


def bagged(members: Members) -> Members:
    """Return the four members of BagIt."""
    said = json.loads(base64.b64decode(json.loads(members["data/bundle.json"])["payload"]))
    payload = {n: c for n, c in members.items() if n.startswith("data/")}
    oxum = f"{sum(map(len, payload.values()))}.{len(payload)}"
    info = (
        f"Bag-Software-Agent: {said['program']}\nBagging-Date: {str(said['made'])[:10]}\n"
        f"External-Identifier: {said['vault']}/{said['case']}\nPayload-Oxum: {oxum}\n"
    )
    declared = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    tags = {"bagit.txt": declared, "bag-info.txt": info.encode()}
    tags["manifest-sha256.txt"] = manifest(payload)
    about = {**tags, **{n: c for n, c in members.items() if not n.startswith("data/")}}
    return {**tags, "tagmanifest-sha256.txt": manifest(about)}


def manifest(members: Members) -> bytes:
    """Return a manifest."""
    rows = (f"{each['sha256']}  {each['name']}\n" for each in listed(members))
    return "".join(rows).encode()


def zipped(named: Iterable[tuple[str, bytes]], **bent: object) -> bytes:
    """Return a zip of these; every field of the headers may be given another value.

    Args:
        named: Names without the folder, or whole where they begin with `!`.
        bent: `at`, the name of the member whose headers are bent, and fields of `_headers`.
    """
    body, directory, count = bytearray(), bytearray(), 0
    for name, content in named:
        full = (name[1:] if name[0] == "!" else f"bundle/{name}").encode("utf-8", "surrogatepass")
        changes = {k: v for k, v in bent.items() if bent.get("at") == name and k != "at"}
        local, central = _headers(full, content, len(body), changes)
        body += local + changes.get("stored", content)  # type: ignore[operator]
        directory += central
        count += 1
    few = count & 0xFFFF
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, few, few, len(directory), len(body), 0)
    return bytes(body + directory) + end


def _headers(
    name: bytes, content: bytes, offset: int, bent: Mapping[str, Any]
) -> tuple[bytes, ...]:
    size = bent.get("size", len(content))
    middle = struct.pack(
        "<5H3I",
        *(bent.get("needed", 10), bent.get("flags", 0), bent.get("method", 0)),
        *(bent.get("time", 0), bent.get("date", 0x21), bent.get("crc", zlib.crc32(content))),
        *(size, bent.get("plain", size)),
    )
    extra, extra_2 = bent.get("extra", b""), bent.get("extra_2", b"")
    local = b"PK\3\4" + middle + struct.pack("<2H", len(name), len(extra)) + name + extra
    name = bent.get("name_2", name)
    tail = struct.pack(
        "<5H2I",
        *(len(name), len(extra_2), 0, 0, bent.get("internal", 0)),
        *(bent.get("attributes", 0), bent.get("offset", offset)),
    )
    made_by = struct.pack("<H", bent.get("made_by", 10))
    return local, b"PK\1\2" + made_by + middle + tail + name + extra_2


def stored(folder: str, case: str, sealed: bytes, salt: bytes, digest: bytes) -> Value:
    sha256 = hashlib.sha256(sealed).hexdigest()
    return {
        "name": f"{folder}/{case}/{sha256[:32]}.age",
        "sha256": sha256,
        "size": len(sealed),
        "commit": hmac.new(salt, digest, "sha256").hexdigest(),
    }
