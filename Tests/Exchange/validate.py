"""Holds what the directory gives out to the schemas that others publish.

usage: validate.py data-inclusion FILE           a document of /v1/exports/data-inclusion
       validate.py hsds SCHEMAS KIND FILE        objects of /hsds, one a line; SCHEMAS has compiled/KIND.json
Prints the first mistakes and fails where there are any; else how many were sound.
"""

import json
import pathlib
import sys


def inclusion(path):
    import pydantic
    from data_inclusion.schema.v1 import Service, Structure

    document = json.loads(pathlib.Path(path).read_text())
    mistakes = []
    for model, records in ((Structure, document["structures"]), (Service, document["services"])):
        for record in records:
            try:
                # Names that end with a full stop and the like are told, too.
                model.model_validate(record, context={"ignore_warnings": False})
            except pydantic.ValidationError as error:
                mistakes.append(f"{record.get('id')}: {error}")
            if unknown := set(record) - set(model.model_fields):
                mistakes.append(f"{record.get('id')}: {sorted(unknown)} are no members")
    return mistakes, len(document["structures"]) + len(document["services"])


def human_services(schemas, kind, path):
    import jsonschema

    schema = json.loads((pathlib.Path(schemas) / "compiled" / f"{kind}.json").read_text())
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    mistakes, count = [], 0
    for line in pathlib.Path(path).read_text().splitlines():
        record, count = json.loads(line), count + 1
        for error in validator.iter_errors(record):
            mistakes.append(f"{record.get('id')}: {error.json_path}: {error.message}")
        if unknown := set(record) - set(schema["properties"]):
            mistakes.append(f"{record.get('id')}: {sorted(unknown)} are no members")
    return mistakes, count


mistakes, count = inclusion(*sys.argv[2:]) if sys.argv[1] == "data-inclusion" else human_services(*sys.argv[2:])
for mistake in mistakes[:20]:
    print(mistake)
if mistakes or not count:
    sys.exit(f"{len(mistakes)} mistakes in {count} records")
print(f"{count} records are sound")
