"""Secrets: none in the repository, and each that is named is told of and made."""

import re
import subprocess

import yaml

from .rendered import title


def complaints(rendered, root):
    """Each is told in k8s/README.md with its keys; those that k8s/secrets prints have them."""
    told = dict(re.findall(r"^\| `([a-z-]+)` \| ([^|]*) \|", (root / "k8s/README.md").read_text(), re.MULTILINE))
    told = {name: set(re.findall(r"`([a-zA-Z.-]+)`", keys)) for name, keys in told.items()}
    script = subprocess.run([root / "k8s/secrets"], capture_output=True, text=True, check=True).stdout
    made = {(item["metadata"]["namespace"], item["metadata"]["name"]): set(item["stringData"])
            for item in yaml.safe_load_all(script) if item}
    for item in rendered.all("Secret"):
        yield f"{title(item)}: a secret does not belong in the repository"
    for place, namespace, name, key in references(rendered):
        if key not in told.get(name, set()):
            yield f"{place}: k8s/README.md does not tell of `{key}` in the secret `{name}`"
        if (namespace, name) in made and key not in made[(namespace, name)]:
            yield f"{place}: k8s/secrets does not make `{key}` of `{name}`"
        if name in {"database-roles", "keys"} and (namespace, name) not in made:
            yield f"{place}: k8s/secrets makes no secret `{name}` for {namespace}"


def references(rendered):
    """Where, namespace, secret, key."""
    for workload in rendered.workloads():
        for volume in workload.spec.get("volumes", []):
            if "secret" in volume:
                for item in volume["secret"].get("items", [{"key": "*"}]):
                    yield workload.title, workload.namespace, volume["secret"]["secretName"], item["key"]
            for source in volume.get("projected", {}).get("sources", []):
                for item in source.get("secret", {}).get("items", [{"key": "*"}] if "secret" in source else []):
                    yield workload.title, workload.namespace, source["secret"]["name"], item["key"]
    for store in rendered.all("ObjectStore"):
        for reference in store["spec"]["configuration"]["s3Credentials"].values():
            yield title(store), store["metadata"]["namespace"], reference["name"], reference["key"]
    for gateway in rendered.all("Gateway"):
        for listener in gateway["spec"]["listeners"]:
            for reference in listener["tls"]["certificateRefs"]:
                yield title(gateway), gateway["metadata"]["namespace"], reference["name"], "tls.crt"
