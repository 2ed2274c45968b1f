"""`VERIFY.txt` and `case.jsonld`: nothing that a person or a page wrote stands in them."""

import base64
import json
import re
from pathlib import Path

import pytest

from cast import COMPUTER, ORIGIN, PEOPLE
from counterseal.handover import caseuco, verify_txt
from counterseal.handover.telling import Telling
from unit.handover.telling import told

LINES = re.compile(
    r"(#.*|"
    r"sha256sum -c (?:tag)?manifest-sha256\.txt|"
    r"openssl pkeyutl -verify -pubin -inkey data/keys/[a-z0-9-]+\.pem -rawin "
    r"-in data/(?:log/\d{6}|bundle)\.pae -sigfile data/(?:log/\d{6}|bundle)\.[a-z0-9]+\.sig|"
    r"openssl dgst -sha256 -binary data/(?:openings/\d{6}\.json|exhibits/[A-Z0-9-]+\.[a-z]+) \| "
    r"openssl dgst -sha256 -mac HMAC -macopt hexkey:[0-9a-f]{64} \| grep -o [0-9a-f]{64}|"
    r"grep -c [0-9a-f]{64} data/log/\d{6}\.pae|)\Z"
)


@pytest.fixture
def telling(tmp_path: Path) -> Telling:
    return told(tmp_path)


def test_every_line_of_verify_txt_is_of_a_known_form(telling: Telling) -> None:
    """It is run in a shell, so nothing else may ever stand in it."""
    text = verify_txt.text(telling)
    assert text.isascii()
    assert [line for line in text.splitlines() if not LINES.match(line)] == []
    assert not [person.name for person in PEOPLE if person.name in text]


def test_the_computers_key_is_printed_as_notes_want_it(telling: Telling) -> None:
    """Name, four bytes in hex, and the key with its type: C2SP signed-note."""
    name, digits, key = verify_txt.note_key(telling).rsplit("+", 2)
    assert name == ORIGIN
    assert re.fullmatch(r"[0-9a-f]{8}", digits)
    assert base64.b64decode(key) == b"\x01" + COMPUTER.public


def test_the_graph_names_people_exhibits_and_steps_and_no_words(telling: Telling) -> None:
    """Every id is there once, and every reference leads to one."""
    content = caseuco.graph(telling)
    nodes = json.loads(content)["@graph"]
    ids = [node["@id"] for node in nodes]
    assert len(set(ids)) == len(ids)
    inner = set(re.findall(r'"@id": "(kb:[^"]+)"', content.decode()))
    facets = {i for i in inner if re.match(r"kb:(file-facet|content-facet|hash)-", i)}
    assert inner - facets == set(ids)
    actions = [n for n in nodes if n["@type"].endswith("InvestigativeAction")]
    assert [n["uco-core:name"] for n in actions] == [str(x.entry.step) for x in telling.own]
    for words in (b"Unkind", b"forum.example", b"Insults", b"print-out", b"Library"):
        assert words not in content
    assert content == caseuco.graph(telling)
