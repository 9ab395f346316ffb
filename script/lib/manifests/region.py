"""What production has more than development: alerts, backups, an address."""

import re

from .rendered import title


def complaints(rendered, root):
    for rule in (placeholders, alerts, backups, routes):
        yield from rule(rendered, root)


def placeholders(rendered, root):
    """What region.yaml should have filled."""
    def left(value):
        if isinstance(value, dict):
            return any(left(member) for member in value.values())
        return any(left(member) for member in value) if isinstance(value, list) else value == "region.yaml"

    for item in rendered.objects:
        if left(item):
            yield f"{title(item)}: it has a value that region.yaml does not fill"


def alerts(rendered, root):
    """Metrics that the code has, and limits that the manifests have."""
    code = "\n".join(file.read_text() for file in (root / "Sources").rglob("*.swift"))
    for item in rendered.all("PrometheusRule"):
        for rule in (rule for group in item["spec"]["groups"] for rule in group["rules"]):
            metrics = set(re.findall(r"\b([a-z_][a-z0-9_]*)\{", rule["expr"]))
            if not metrics:
                yield f"{title(item)}: {rule['alert']} asks for no metric"
            for metric in sorted(metrics - {"up"}):
                if f'"{re.sub("_(bucket|sum|count)$", "", metric)}"' not in code:
                    yield f"{title(item)}: {rule['alert']}: no service has the metric {metric}"
            for namespace, limit in re.findall(
                    r'process_resident_memory_bytes\{namespace="([\w-]+)"\} > [\d.]+ \* (\d+)', rule["expr"]):
                api = rendered.one("Deployment", namespace, "api")
                given = api["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]["memory"]
                if given != f"{int(limit) // 1048576}Mi":
                    yield f"{title(item)}: {rule['alert']}: {namespace} has {given}, not {limit} bytes"


def backups(rendered, root):
    names = {}
    for cluster in rendered.all("Cluster"):
        namespace, spec = cluster["metadata"]["namespace"], cluster["spec"]
        if spec["instances"] == 1:
            continue
        if not spec["postgresql"].get("synchronous"):
            yield f"{title(cluster)}: without synchronous replication a failover loses what was acknowledged"
        archive = next((plugin for plugin in spec.get("plugins", []) if plugin.get("isWALArchiver")), None)
        if not (archive and rendered.one("ObjectStore", namespace, archive["parameters"]["barmanObjectName"])
                and rendered.all("ScheduledBackup")):
            yield f"{title(cluster)}: its changes are archived nowhere"
            continue
        name = archive["parameters"].get("serverName")
        if name in names:
            yield f"{title(cluster)}: {names[name]} writes its backups to the same folder"
        names[name] = title(cluster)


def routes(rendered, root):
    listeners = {listener["hostname"] for gateway in rendered.all("Gateway")
                 for listener in gateway["spec"]["listeners"]}
    for route in rendered.all("HTTPRoute"):
        settings = rendered.one("ConfigMap", route["metadata"]["namespace"], "settings")
        if not (settings and settings["data"].get("SPRO_TRUSTED_PROXIES")):
            yield f"{title(route)}: without SPRO_TRUSTED_PROXIES all clients of the gateway are one to the service"
        for host in route["spec"]["hostnames"]:
            if host not in listeners:
                yield f"{title(route)}: no listener of the gateway has the name {host}"
        for backend in (backend for rule in route["spec"]["rules"] for backend in rule["backendRefs"]):
            service = rendered.one("Service", route["metadata"]["namespace"], backend["name"])
            found = [port for port in service["spec"]["ports"] if port["port"] == backend["port"]] if service else []
            if [port["name"] for port in found] != ["http"]:
                yield f"{title(route)}: {backend['name']}:{backend['port']} is not the service's port for clients"
