"""The case for other systems: CASE/UCO 1.x as JSON-LD, without any text that people wrote. Pure.

Who did what and when, the exhibits with their fingerprints, and how each came to be. The ids follow
from the record and the thing, so the same bundle gives the same bytes.
"""

import json
import uuid
from collections.abc import Iterator
from typing import Any, Final

from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.handover.statement import Shown
from counterseal.handover.telling import Telling

Node = dict[str, Any]

_UCO: Final = "https://ontology.unifiedcyberontology.org/uco"
_CONTEXT: Final = {
    "kb": "urn:counterseal:kb:",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": f"{_UCO}/action/",
    "uco-core": f"{_UCO}/core/",
    "uco-identity": f"{_UCO}/identity/",
    "uco-observable": f"{_UCO}/observable/",
    "uco-tool": f"{_UCO}/tool/",
    "uco-types": f"{_UCO}/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MADE_HERE: Final = frozenset({Step.EXHIBIT_CAPTURED, Step.EXHIBIT_SUPPLIED, Step.PAGE_SAVED})


def graph(telling: Telling) -> bytes:
    """Return the JSON-LD document."""
    nodes = [_investigation(telling), _tool(telling)]
    nodes += [_person(telling, person) for person in _people(telling)]
    for shown in telling.statement.exhibits:
        nodes += _exhibit(telling, shown)
    nodes += [_action(telling, logged.entry) for logged in telling.own]
    document = {"@context": _CONTEXT, "@graph": nodes}
    return (json.dumps(document, indent=1, sort_keys=True) + "\n").encode()


def _id(telling: Telling, kind: str, name: str) -> str:
    about = f"{telling.statement.vault}/{telling.statement.case}/{kind}/{name}"
    return f"kb:{kind}-{uuid.uuid5(uuid.NAMESPACE_URL, about)}"


def _to(telling: Telling, kind: str, name: str) -> Node:
    return {"@id": _id(telling, kind, name)}


def _time(utc: str) -> Node:
    return {"@type": "xsd:dateTime", "@value": utc}


def _people(telling: Telling) -> list[str]:
    return sorted({person.id for x in telling.own for person in x.entry.people})


def _investigation(telling: Telling) -> Node:
    objects = [_to(telling, "file", shown.ref) for shown in telling.statement.exhibits]
    objects += [_to(telling, "action", str(x.entry.case_seq)) for x in telling.own]
    practice = "PRACTICE, not evidence. " if telling.statement.practice else ""
    return {
        "@id": _id(telling, "investigation", "1"),
        "@type": "case-investigation:Investigation",
        "uco-core:name": telling.statement.case,
        "uco-core:description": f"{practice}A school's record: {telling.statement.vault}",
        "uco-core:object": objects,
    }


def _tool(telling: Telling) -> Node:
    name, _, version = telling.statement.program.partition(" ")
    return {
        "@id": _id(telling, "tool", "1"),
        "@type": "uco-tool:Tool",
        "uco-core:name": name,
        "uco-tool:version": version,
    }


def _person(telling: Telling, person_id: str) -> Node:
    found = telling.person(person_id)
    return {
        "@id": _id(telling, "person", person_id),
        "@type": "uco-identity:Person",
        "uco-core:name": found.name if found else person_id,
        "uco-core:description": found.position if found else "",
    }


def _exhibit(telling: Telling, shown: Shown) -> Iterator[Node]:
    yield {
        "@id": _id(telling, "file", shown.ref),
        "@type": "uco-observable:File",
        "uco-core:hasFacet": [
            {
                "@id": _id(telling, "file-facet", shown.ref),
                "@type": "uco-observable:FileFacet",
                "uco-observable:fileName": shown.name,
                "uco-observable:sizeInBytes": shown.digest.size,
            },
            {
                "@id": _id(telling, "content-facet", shown.ref),
                "@type": "uco-observable:ContentDataFacet",
                "uco-observable:mimeType": shown.media,
                "uco-observable:hash": {
                    "@id": _id(telling, "hash", shown.ref),
                    "@type": "uco-types:Hash",
                    "uco-types:hashMethod": "SHA256",
                    "uco-types:hashValue": {
                        "@type": "xsd:hexBinary",
                        "@value": shown.digest.sha256,
                    },
                },
            },
        ],
    }
    yield {
        "@id": _id(telling, "provenance", shown.ref),
        "@type": "case-investigation:ProvenanceRecord",
        "uco-core:name": f"Exhibit {shown.ref}",
        "case-investigation:exhibitNumber": shown.ref,
        "uco-core:object": [_to(telling, "file", shown.ref)],
    }


def _action(telling: Telling, entry: Entry) -> Node:
    node: Node = {
        "@id": _id(telling, "action", str(entry.case_seq)),
        "@type": "case-investigation:InvestigativeAction",
        "uco-core:name": str(entry.step),
        "uco-core:description": telling.titles.get(str(entry.step), str(entry.step)),
        "uco-action:startTime": _time(entry.time.utc),
        "uco-action:endTime": _time(entry.time.utc),
        "uco-action:instrument": [_to(telling, "tool", "1")],
    }
    if entry.people:
        first, *others = (_to(telling, "person", person.id) for person in entry.people)
        node["uco-action:performer"] = first
        if others:
            node["uco-action:participant"] = others
    known = {shown.ref for shown in telling.statement.exhibits}
    made = [file.ref for file in entry.proposal.exhibits if file.ref in known]
    if entry.step in _MADE_HERE and made:
        results = [(_to(telling, "file", r), _to(telling, "provenance", r)) for r in made]
        node["uco-action:result"] = [node for pair in results for node in pair]
    return node
