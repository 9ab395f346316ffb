"""An overlay as Kubernetes would receive it, and ways to look at it."""

import copy
import subprocess
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass
class Workload:
    """A pod template, whatever kind of object holds it."""

    owner: dict
    metadata: dict
    spec: dict

    @property
    def namespace(self):
        return self.owner["metadata"].get("namespace", "")

    @property
    def title(self):
        return title(self.owner)

    @property
    def containers(self):
        return self.spec.get("initContainers", []) + self.spec.get("containers", [])


def title(item):
    metadata = item.get("metadata", {})
    place = f"{metadata['namespace']}/" if metadata.get("namespace") else ""
    return f"{item.get('kind')} {place}{metadata.get('name')}"


class Rendered:
    """The objects of an overlay, and the files that make their image."""

    def __init__(self, objects, files):
        self.objects, self.files = objects, files

    @classmethod
    def overlay(cls, kubectl, folder):
        """What `kubectl apply -k` would send."""
        result = subprocess.run([kubectl, "kustomize", folder], capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise SystemExit(f"{folder} cannot be rendered: {result.stderr.strip()}")
        files = {name: Path(name).read_text() for name in ("Dockerfile", ".dockerignore")}
        return cls([item for item in yaml.safe_load_all(result.stdout) if item], files)

    def copy(self):
        return Rendered(copy.deepcopy(self.objects), dict(self.files))

    def all(self, kind):
        return [item for item in self.objects if item["kind"] == kind]

    def one(self, kind, namespace, name):
        """The object's name may end in a hash that kustomize added."""
        for item in self.all(kind):
            metadata = item["metadata"]
            given = metadata["name"]
            if metadata.get("namespace") == namespace and (given == name or given.rsplit("-", 1)[0] == name):
                return item
        return None

    def workloads(self):
        for item in self.objects:
            template = item.get("spec", {}).get("template") if item["kind"] != "Cluster" else None
            if item["kind"] == "CronJob":
                template = item["spec"]["jobTemplate"]["spec"]["template"]
            if isinstance(template, dict):
                yield Workload(item, template.get("metadata", {}), template.get("spec", {}))

    def environment(self, namespace, container):
        """The container's variables, and complaints about those that cannot be known from the manifests."""
        values, complaints = {}, []
        for source in container.get("envFrom", []):
            name = source.get("configMapRef", {}).get("name")
            found = [item for item in self.all("ConfigMap")
                     if (item["metadata"].get("namespace"), item["metadata"]["name"]) == (namespace, name)]
            if not found:
                complaints.append(f"envFrom names the ConfigMap {name}, which is not there")
            for item in found:
                values.update(item.get("data", {}))
        for entry in container.get("env", []):
            if "value" in entry:
                values[entry["name"]] = entry["value"]
            else:
                complaints.append(f"{entry['name']} has no value; a secret comes as a file (…_FILE)")
        return values, complaints
