"""NetworkPolicies, judged as a cluster would: who reaches whom on which port is exactly what FLOWS says."""

from dataclasses import dataclass, field

SERVICES = ("directory", "referral", "reporting")
# From, to, ports. A service's own parts are named after it: `directory/api`, `directory/schema`, `directory/database`.
FLOWS = {
    ("ingress", "*/api"): {8080},
    ("monitoring", "*/api"): {9090},
    ("referral/api", "directory/api"): {8080},
    ("reporting/api", "directory/api"): {8080},
    ("reporting/api", "referral/api"): {8080},
    ("*/api", "own/database"): {5432},
    ("*/schema", "own/database"): {5432},
    ("*/database", "own/database"): {5432, 8000},
    ("operator", "*/database"): {5432, 8000},
    ("*/*", "names"): {53},
    ("*/api", "internet"): {443},
    # The object store, and the API server, whose address no policy can know.
    ("*/database", "internet"): {443, 6443},
}
PORTS = {53, 80, 443, 5432, 6443, 8000, 8080, 9090}


@dataclass
class Party:
    name: str
    namespace: str = ""
    namespace_labels: dict = field(default_factory=dict)
    labels: dict = field(default_factory=dict)
    # Whether the policies that we render hold for it.
    is_ours: bool = False


def parties(rendered):
    for service in SERVICES:
        namespace = f"spro-{service}"
        found = [item for item in rendered.all("Namespace") if item["metadata"]["name"] == namespace]
        labels = dict(found[0]["metadata"].get("labels", {})) if found else {}
        labels["kubernetes.io/metadata.name"] = namespace
        for workload in rendered.workloads():
            if workload.namespace == namespace:
                name = workload.owner["metadata"]["name"]
                yield Party(f"{service}/{name}", namespace, labels, workload.metadata.get("labels", {}), True)
        # CloudNativePG labels its pods so.
        yield Party(f"{service}/database", namespace, labels, {"cnpg.io/cluster": "database"}, True)
    yield Party("ingress", "gateway", {"spro/role": "ingress"})
    yield Party("monitoring", "monitoring", {"spro/role": "monitoring"})
    yield Party("operator", "cnpg-system", {"kubernetes.io/metadata.name": "cnpg-system"})
    yield Party("names", "kube-system", {"kubernetes.io/metadata.name": "kube-system"}, {"k8s-app": "kube-dns"})
    yield Party("stranger", "elsewhere", {"kubernetes.io/metadata.name": "elsewhere"})
    yield Party("internet")


def selects(selector, labels):
    if "matchExpressions" in selector:
        raise ValueError("matchExpressions is not used here")
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())


def matches(peer, namespace, party):
    if "ipBlock" in peer:
        return party.name == "internet" and peer["ipBlock"]["cidr"] in ("0.0.0.0/0", "::/0")
    if party.name == "internet":
        return False
    if "namespaceSelector" in peer:
        if not selects(peer["namespaceSelector"], party.namespace_labels):
            return False
    elif party.namespace != namespace:
        return False
    return selects(peer.get("podSelector", {}), party.labels)


def lets(policies, side, of, other, port):
    """Whether the policies on one side let `of` and `other` speak."""
    if not of.is_ours:
        return True
    word, peers = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}[side]
    held = [policy for policy in policies
            if policy["metadata"]["namespace"] == of.namespace and side in policy["spec"]["policyTypes"]
            and selects(policy["spec"]["podSelector"], of.labels)]
    if not held:
        return True
    for policy in held:
        for rule in policy["spec"].get(word, []):
            has_port = "ports" not in rule or port in {entry.get("port", port) for entry in rule["ports"]}
            if has_port and (peers not in rule or any(matches(peer, of.namespace, other) for peer in rule[peers])):
                return True
    return False


def expected(source, target, port):
    def fits(pattern, party, own):
        if pattern.startswith("own/"):
            return party.is_ours and party.namespace == own.namespace and party.name.endswith(pattern[3:])
        if "*" not in pattern:
            return party.name == pattern
        return party.is_ours and (pattern == "*/*" or party.name.endswith(pattern[1:]))

    return any(fits(start, source, source) and fits(end, target, source) and port in ports
               for (start, end), ports in FLOWS.items())


def complaints(rendered):
    policies, everyone = rendered.all("NetworkPolicy"), list(parties(rendered))
    listening = {int(port["containerPort"]) for workload in rendered.workloads()
                 for container in workload.containers for port in container.get("ports", [])}
    for source in everyone:
        for target in everyone:
            if not (source.is_ours or target.is_ours):
                continue
            for port in sorted(PORTS | listening):
                may = lets(policies, "Egress", source, target, port) and lets(policies, "Ingress", target, source, port)
                if may != expected(source, target, port):
                    yield f"NetworkPolicy: {source.name} {'reaches' if may else 'cannot reach'} {target.name}:{port}"
