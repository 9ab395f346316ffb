"""Every object against its schema: Kubernetes' own for version 1.32, and crds.yaml for what operators add."""

import functools
import json
from importlib import resources
from pathlib import Path

import jsonschema
import yaml
from referencing import Registry, Resource

from .rendered import title

# «strict»: a member that the schema does not know is an error.
FOLDER = resources.files("kubernetes_validate") / "kubernetes-json-schema" / "v1.32.0-local-strict"


@functools.cache
def read(name):
    file = FOLDER / name
    return json.loads(file.read_text()) if file.is_file() else None


@functools.cache
def added():
    """Schemas by apiVersion and kind."""
    groups = yaml.safe_load((Path(__file__).parent / "crds.yaml").read_text())
    return {(version, kind): schema for version, kinds in groups.items() for kind, schema in kinds.items()}


@functools.cache
def validator(version, kind):
    if (version, kind) in added():
        members = {"apiVersion": {}, "kind": {}, "metadata": {"type": "object"}, "spec": added()[(version, kind)]}
        schema = {
            "type": "object", "additionalProperties": False, "required": ["metadata", "spec"], "properties": members,
        }
        return jsonschema.Draft202012Validator(schema)
    group, _, number = version.rpartition("/")
    name = f"{kind.lower()}-{group.split('.')[0] + '-' if group else ''}{number}.json"
    schema = read(name)
    if schema is None:
        return None
    registry = Resource.from_contents(read("_definitions.json")) @ Registry()
    return jsonschema.Draft202012Validator(schema, registry=Resource.from_contents(schema) @ registry)


def complaints(rendered):
    for item in rendered.objects:
        known = validator(item.get("apiVersion", ""), item.get("kind", ""))
        if known is None:
            yield f"{title(item)}: nothing is known of {item.get('apiVersion')} {item.get('kind')}"
            continue
        for error in known.iter_errors(item):
            yield f"{title(item)}: {error.json_path}: {error.message[:300]}"
