"""How a pod runs: its image, ports, end and database connections, held to what the code says."""

import re

from .rendered import title


def number(root, file, pattern):
    """A number that the Swift code gives; a rule that no longer finds it must be mended, not passed."""
    match = re.search(pattern, (root / file).read_text())
    if not match:
        raise SystemExit(f"script/lib/manifests/running.py: {file} no longer has {pattern}")
    return int(match.group(1))


def complaints(rendered, root):
    for rule in (images, ports, stopping, connections):
        yield from rule(rendered, root)


def images(rendered, root):
    tags = {}
    for workload in rendered.workloads():
        for container in workload.containers:
            name, _, tag = container["image"].rpartition(":")
            if not name or "/" in tag or tag == "latest":
                yield f"{workload.title}: image {container['image']} names no version"
            tags.setdefault(workload.namespace, set()).add(container["image"])
    for namespace, used in tags.items():
        if len(used) > 1:
            yield f"{namespace}: the service and its migrations are of different images: {', '.join(sorted(used))}"


def ports(rendered, root):
    for deployment in rendered.all("Deployment"):
        place, container = title(deployment), deployment["spec"]["template"]["spec"]["containers"][0]
        values, _ = rendered.environment(deployment["metadata"]["namespace"], container)
        declared = {port["name"]: str(port["containerPort"]) for port in container.get("ports", [])}
        read = {"http": values.get("SPRO_HTTP_PORT"), "operations": values.get("SPRO_OPERATIONS_PORT")}
        if declared != read:
            yield f"{place}: the ports are {declared}, the settings {read}"
        for name in ("SPRO_HTTP_HOST", "SPRO_OPERATIONS_HOST"):
            if values.get(name) != "0.0.0.0":
                yield f"{place}: {name} must be 0.0.0.0, or nobody reaches the pod"
        for probe, path in (("startupProbe", "/livez"), ("livenessProbe", "/livez"), ("readinessProbe", "/readyz")):
            asked = container.get(probe, {}).get("httpGet", {})
            if (asked.get("port"), asked.get("path")) != ("operations", path):
                yield f"{place}: {probe} must ask {path} on the operations port"
        served = (root / "Sources/Shared/Web/Operations/Operations.swift").read_text()
        for word in ("livez", "readyz", "metrics"):
            if f'router.get("{word}")' not in served:
                yield f"{place}: the operations port does not serve /{word}"
    for service in rendered.all("Service"):
        for port in service["spec"]["ports"]:
            if port.get("targetPort") not in ("http", "operations") or port["name"] != port["targetPort"]:
                yield f"{title(service)}: port {port.get('name')} leads to no port of the service"


def stopping(rendered, root):
    """A pod may finish what it has begun: its drain, then the longest body, answer and statement."""
    edge, base = "Sources/Shared/Web/Edge/EdgeLimits.swift", "Sources/Shared/Postgres/DatabaseConfiguration.swift"
    rest = sum((
        number(root, edge, r"bodyDeadline: Duration = \.seconds\((\d+)\)"),
        number(root, edge, r"writeDeadline: Duration = \.seconds\((\d+)\)"),
        number(root, base, r"statementTimeout: Duration = \.seconds\((\d+)\)"),
        number(root, base, r"responseGrace: Duration = \.seconds\((\d+)\)"),
    ))
    for deployment in rendered.all("Deployment"):
        spec = deployment["spec"]["template"]["spec"]
        values, _ = rendered.environment(deployment["metadata"]["namespace"], spec["containers"][0])
        needed = int(values.get("SPRO_DRAIN_SECONDS", "0")) + rest
        if spec.get("terminationGracePeriodSeconds", 30) < needed:
            yield f"{title(deployment)}: terminationGracePeriodSeconds must be at least {needed}"
        probe = spec["containers"][0].get("readinessProbe", {})
        seen = probe.get("periodSeconds", 10) * probe.get("failureThreshold", 3)
        if int(values.get("SPRO_DRAIN_SECONDS", "0")) < seen:
            yield f"{title(deployment)}: SPRO_DRAIN_SECONDS is shorter than the {seen} s of its readiness probe"


def connections(rendered, root):
    usual = number(root, "Sources/Shared/Postgres/DatabaseConfiguration.swift", r"maximumConnections: Int = (\d+)")
    for deployment in rendered.all("Deployment"):
        namespace = deployment["metadata"]["namespace"]
        values, _ = rendered.environment(namespace, deployment["spec"]["template"]["spec"]["containers"][0])
        scaler, cluster = (rendered.one(kind, namespace, name) for kind, name in
                           (("HorizontalPodAutoscaler", "api"), ("Cluster", "database")))
        # One more while a new version comes; a pool, a connection that listens, a command, the workers' pool.
        pods = (scaler["spec"]["maxReplicas"] if scaler else 1) + 1
        workers = int(values.get("SPRO_WORKER_CONNECTIONS", 3)) if "SPRO_WORKER_PASSWORD_FILE" in values else 0
        needed = pods * (int(values.get("SPRO_DATABASE_CONNECTIONS", usual)) + 1 + workers) + 10
        has = int(cluster["spec"]["postgresql"]["parameters"]["max_connections"]) if cluster else 0
        if has < needed:
            yield f"Cluster {namespace}/database: max_connections is {has}; {pods} pods may need {needed}"
