"""The restricted Pod Security Standard, rule by rule (kubernetes.io/docs/concepts/security/pod-security-standards,
version 1.32), and what we ask beyond it."""

VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
SYSCTLS = {
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
}
SELINUX_TYPES = {"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}
PROFILES = {"RuntimeDefault", "Localhost"}


def complaints(rendered):
    for workload in rendered.workloads():
        for sentence in of_pod(workload.spec):
            yield f"{workload.title}: {sentence}"
        for container in workload.containers:
            for sentence in of_container(container, workload.spec):
                yield f"{workload.title}, container {container.get('name')}: {sentence}"
    for item in rendered.all("Namespace"):
        has_pods = any(workload.namespace == item["metadata"]["name"] for workload in rendered.workloads())
        enforced = item["metadata"].get("labels", {}).get("pod-security.kubernetes.io/enforce")
        if has_pods and enforced != "restricted":
            yield f"Namespace {item['metadata']['name']}: it does not enforce the restricted standard"


def of_pod(spec):
    security = spec.get("securityContext", {})
    for member in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(member):
            yield f"{member}: the node's namespaces are not shared"
    for volume in spec.get("volumes", []):
        for kind in set(volume) - {"name"} - VOLUMES:
            yield f"volume {volume['name']}: {kind} is not among the volumes allowed"
    for sysctl in security.get("sysctls", []):
        if sysctl["name"] not in SYSCTLS:
            yield f"sysctl {sysctl['name']} is not among the safe ones"
    if spec.get("automountServiceAccountToken") is not False:
        yield "automountServiceAccountToken must be false: nobody here speaks to Kubernetes"
    if spec.get("enableServiceLinks") is not False:
        yield "enableServiceLinks must be false: a variable SPRO_… made from a Service would be an unknown setting"


def of_container(container, pod):
    outer, inner = pod.get("securityContext", {}), container.get("securityContext", {})

    def effective(member):
        return inner.get(member, outer.get(member))

    if inner.get("privileged"):
        yield "privileged containers are not allowed"
    if inner.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation must be false"
    if effective("runAsNonRoot") is not True:
        yield "runAsNonRoot must be true"
    if effective("runAsUser") in (None, 0):
        yield "runAsUser must be a number other than 0"
    if (effective("seccompProfile") or {}).get("type") not in PROFILES:
        yield "seccompProfile must be RuntimeDefault or Localhost"
    capabilities = inner.get("capabilities", {})
    if "ALL" not in capabilities.get("drop", []):
        yield "capabilities must drop ALL"
    if set(capabilities.get("add", [])) - {"NET_BIND_SERVICE"}:
        yield "no capability but NET_BIND_SERVICE may be added"
    if inner.get("procMount", "Default") != "Default":
        yield "procMount must be Default"
    if (effective("seLinuxOptions") or {}).get("type", "") not in SELINUX_TYPES:
        yield "seLinuxOptions.type is not among those allowed"
    if (effective("appArmorProfile") or {}).get("type", "RuntimeDefault") not in PROFILES:
        yield "appArmorProfile must be RuntimeDefault or Localhost"
    if (effective("windowsOptions") or {}).get("hostProcess"):
        yield "hostProcess is not allowed"
    for port in container.get("ports", []):
        if port.get("hostPort"):
            yield f"hostPort {port['hostPort']}: ports of the node are not taken"
    if inner.get("readOnlyRootFilesystem") is not True:
        yield "readOnlyRootFilesystem must be true"
    resources = container.get("resources", {})
    requests, limits = resources.get("requests", {}), resources.get("limits", {})
    if not requests.get("cpu") or not requests.get("memory"):
        yield "resources.requests must say how much processor time and memory it needs"
    if limits.get("memory") is None or limits["memory"] != requests.get("memory"):
        yield "resources.limits.memory must be what it requests"
