"""The test of the test: one thing broken at a time, and the sentence that must then be said."""

from . import settings


def api(rendered, namespace="spro-referral"):
    return rendered.one("Deployment", namespace, "api")["spec"]["template"]["spec"]


def container(rendered, namespace="spro-referral"):
    return api(rendered, namespace)["containers"][0]


def security(rendered):
    return container(rendered)["securityContext"]


def setting(rendered, namespace="spro-referral"):
    return rendered.one("ConfigMap", namespace, "settings")["data"]


def cluster(rendered):
    return rendered.one("Cluster", "spro-referral", "database")["spec"]


def policy(rendered, name, namespace="spro-referral"):
    return rendered.one("NetworkPolicy", namespace, name)["spec"]


def job(rendered):
    return rendered.one("Job", "spro-referral", "schema")["spec"]["template"]["spec"]


def expression(rendered, old, new):
    for rule in rendered.all("PrometheusRule")[0]["spec"]["groups"][0]["rules"]:
        rule["expr"] = rule["expr"].replace(old, new)


def drop(rendered, kind, namespace, name):
    rendered.objects.remove(rendered.one(kind, namespace, name))


def edit(rendered, name, old, new):
    assert old in rendered.files[name], old
    rendered.files[name] = rendered.files[name].replace(old, new)


def put(holder, **members):
    holder.update(members)


# Which rules are asked, what must be said, what is broken.
MUTATIONS = [
    ("schemas", "nothing is known of apps/v1beta1", lambda r: put(r.all("Deployment")[0], apiVersion="apps/v1beta1")),
    ("schemas", "restartPolcy", lambda r: put(job(r), restartPolcy="Never")),
    ("schemas", "'two' is not of type", lambda r: put(r.all("HorizontalPodAutoscaler")[0]["spec"], minReplicas="two")),
    ("schemas", "'maxReplicas' is a", lambda r: r.all("HorizontalPodAutoscaler")[0]["spec"].pop("maxReplicas")),
    ("schemas", "instance", lambda r: put(cluster(r), instance=3)),
    ("schemas", "region.yaml", lambda r: put(r.all("HTTPRoute")[0]["spec"], hostnames=["region.yaml"])),
    ("schemas", "30 1 * * *", lambda r: put(r.all("ScheduledBackup")[0]["spec"], schedule="30 1 * * *")),
    ("pod security", "hostNetwork", lambda r: put(api(r), hostNetwork=True)),
    ("pod security", "hostPID", lambda r: put(api(r), hostPID=True)),
    ("pod security", "hostIPC", lambda r: put(api(r), hostIPC=True)),
    ("pod security", "hostPath is not among", lambda r: put(api(r)["volumes"][0], hostPath={"path": "/"})),
    ("pod security", "sysctl kernel.msgmax", lambda r: put(
        api(r)["securityContext"], sysctls=[{"name": "kernel.msgmax", "value": "1"}])),
    ("pod security", "automountServiceAccountToken", lambda r: api(r).pop("automountServiceAccountToken")),
    ("pod security", "enableServiceLinks", lambda r: api(r).pop("enableServiceLinks")),
    ("pod security", "privileged", lambda r: put(security(r), privileged=True)),
    ("pod security", "allowPrivilegeEscalation", lambda r: security(r).pop("allowPrivilegeEscalation")),
    ("pod security", "runAsNonRoot", lambda r: put(security(r), runAsNonRoot=False)),
    ("pod security", "runAsUser", lambda r: put(security(r), runAsUser=0)),
    ("pod security", "seccompProfile", lambda r: api(r)["securityContext"].pop("seccompProfile")),
    ("pod security", "drop ALL", lambda r: put(security(r), capabilities={"drop": ["CHOWN"]})),
    ("pod security", "NET_BIND_SERVICE", lambda r: put(security(r)["capabilities"], add=["SYS_ADMIN"])),
    ("pod security", "procMount", lambda r: put(security(r), procMount="Unmasked")),
    ("pod security", "seLinuxOptions", lambda r: put(security(r), seLinuxOptions={"type": "spc_t"})),
    ("pod security", "appArmorProfile", lambda r: put(security(r), appArmorProfile={"type": "Unconfined"})),
    ("pod security", "hostProcess", lambda r: put(security(r), windowsOptions={"hostProcess": True})),
    ("pod security", "hostPort 8080", lambda r: put(container(r)["ports"][0], hostPort=8080)),
    ("pod security", "readOnlyRootFilesystem", lambda r: security(r).pop("readOnlyRootFilesystem")),
    ("pod security", "resources.requests", lambda r: container(r)["resources"].pop("requests")),
    ("pod security", "limits.memory", lambda r: put(container(r)["resources"]["limits"], memory="1Gi")),
    ("pod security", "does not enforce", lambda r: r.one("Namespace", None, "spro-referral")["metadata"].pop("labels")),
    ("pod security", "container migrate: capabilities", lambda r: put(
        job(r)["containers"][0]["securityContext"]["capabilities"], drop=[])),
    ("network", "stranger reaches referral/api:8080", lambda r: policy(r, "api")["ingress"][0].pop("from")),
    ("network", "ingress cannot reach referral/api:8080", lambda r: drop(r, "NetworkPolicy", "spro-referral", "api")),
    ("network", "referral/schema reaches internet:443", lambda r: drop(
        r, "NetworkPolicy", "spro-referral", "default-deny") or drop(r, "NetworkPolicy", "spro-referral", "schema")
        or drop(r, "NetworkPolicy", "spro-referral", "names")),
    ("network", "monitoring cannot reach referral/api:9090", lambda r: policy(r, "api")["ingress"].pop()),
    ("network", "referral/api cannot reach referral/database:5432", lambda r: policy(r, "api")["egress"].pop(0)),
    ("network", "referral/api cannot reach internet:443", lambda r: policy(r, "api")["egress"].pop()),
    ("network", "referral/api cannot reach directory/api:8080", lambda r: drop(
        r, "NetworkPolicy", "spro-referral", "directory")),
    ("network", "reporting/api cannot reach referral/api:8080", lambda r: drop(
        r, "NetworkPolicy", "spro-referral", "callers")),
    ("network", "referral/database cannot reach referral/database:8000", lambda r: policy(
        r, "database")["egress"].pop(0)),
    ("network", "ingress reaches referral/api:9090", lambda r: policy(r, "api")["ingress"][0].pop("ports")),
    ("network", "referral/api cannot reach names:53", lambda r: drop(r, "NetworkPolicy", "spro-referral", "names")),
    ("running", "names no version", lambda r: put(container(r), image="spro/referral-service:latest")),
    ("running", "names no version", lambda r: put(container(r), image="localhost:5000/referral-service")),
    ("running", "different images", lambda r: put(container(r), image="x.example/spro/referral-service:0.2.0")),
    ("running", "the settings {'http': '8081'", lambda r: put(setting(r), SPRO_HTTP_PORT="8081")),
    ("running", "SPRO_HTTP_HOST must be", lambda r: setting(r).pop("SPRO_HTTP_HOST")),
    ("running", "livenessProbe must ask", lambda r: put(container(r)["livenessProbe"]["httpGet"], path="/readyz")),
    ("running", "leads to no port", lambda r: put(
        r.one("Service", "spro-referral", "api")["spec"]["ports"][0], targetPort="web")),
    ("running", "terminationGracePeriodSeconds", lambda r: put(setting(r), SPRO_DRAIN_SECONDS="60")),
    ("running", "SPRO_DRAIN_SECONDS is shorter", lambda r: put(setting(r), SPRO_DRAIN_SECONDS="3")),
    ("running", "max_connections is 100", lambda r: put(setting(r), SPRO_DATABASE_CONNECTIONS="20")),
    ("secrets", "does not belong", lambda r: r.objects.append(
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "keys"}})),
    ("secrets", "does not tell of `pepper`", lambda r: put(
        api(r)["volumes"][0]["projected"]["sources"][0]["secret"]["items"][0], key="pepper")),
    ("secrets", "does not make `pepper`", lambda r: put(
        api(r)["volumes"][0]["projected"]["sources"][0]["secret"]["items"][0], key="pepper")),
    ("secrets", "makes no secret `keys` for spro-reporting", lambda r: put(
        api(r, "spro-reporting")["volumes"][0]["projected"]["sources"][0]["secret"], name="keys")),
    ("region", "does not fill", lambda r: put(setting(r), SPRO_TOKEN_ISSUER="region.yaml")),
    ("region", "no service has the metric http_requests", lambda r: expression(
        r, "http_server_requests_total", "http_requests_total")),
    ("region", "has 512Mi, not 1073741824", lambda r: expression(r, "536870912", "1073741824")),
    ("region", "without synchronous", lambda r: cluster(r)["postgresql"].pop("synchronous")),
    ("region", "archived nowhere", lambda r: cluster(r).pop("plugins")),
    ("region", "to the same folder", lambda r: put(
        cluster(r)["plugins"][0]["parameters"], serverName="spro-directory")),
    ("region", "all clients of the gateway are one", lambda r: setting(r).pop("SPRO_TRUSTED_PROXIES")),
    ("settings", "SPRO_TRUSTED_PROXIES:", lambda r: put(setting(r), SPRO_TRUSTED_PROXIES="10.0.0.0/0")),
    ("region", "no listener", lambda r: put(r.all("HTTPRoute")[0]["spec"], hostnames=["other.example.org"])),
    ("region", "not the service's port", lambda r: put(
        r.all("HTTPRoute")[0]["spec"]["rules"][0]["backendRefs"][0], port=9090)),
    ("image", "folder charters", lambda r: edit(r, "Dockerfile", "COPY charters charters\n", "")),
    ("image", "charters does not reach", lambda r: edit(r, ".dockerignore", "!charters\n", "")),
    ("image", "another user", lambda r: edit(r, "Dockerfile", "USER 65532:65532", "USER 1000:1000")),
    ("image", "another user", lambda r: put(job(r)["securityContext"], runAsGroup=0)),
    ("image", "different Debians", lambda r: edit(r, "Dockerfile", "FROM debian:bookworm", "FROM debian:trixie")),
    ("settings", "SPRO_COLOUR is not a setting", lambda r: put(setting(r), SPRO_COLOUR="blue")),
    ("settings", "SPRO_TOKEN_KEYS is required", lambda r: setting(r).pop("SPRO_TOKEN_KEYS")),
    ("settings", "SPRO_DRAIN_SECONDS:", lambda r: put(setting(r), SPRO_DRAIN_SECONDS="soon")),
    ("settings", "no volume brings /run/spro/runtime-password", lambda r: api(
        r)["volumes"][0]["projected"]["sources"].pop(0)),
    ("settings", "directory-service does not belong in", lambda r: put(
        container(r), image="x.example/spro/directory-service:0.1.0")),
    ("settings", "is not the image of a service", lambda r: put(container(r), image="x.example/spro/broker:0.1.0")),
    ("settings", "in clear", lambda r: r.one("ConfigMap", "spro-referral", "database")["data"].pop(
        "SPRO_DATABASE_TLS_AUTHORITIES")),
    ("settings", "names the ConfigMap", lambda r: drop(r, "ConfigMap", "spro-referral", "settings")),
    ("settings", "comes as a file", lambda r: container(r)["env"].append(
        {"name": "SPRO_LOG_LEVEL", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "level"}}})),
]
# As above, in the Job.
JOB_MUTATIONS = [
    ("bootstrap", "SPRO_ONWER_PASSWORD_FILE is not a setting", lambda r: put(
        job(r)["initContainers"][0]["env"][2], name="SPRO_ONWER_PASSWORD_FILE")),
    ("migrate", "SPRO_DATABASE_PASSWROD_FILE is not a setting", lambda r: put(
        job(r)["containers"][0]["env"][0], name="SPRO_DATABASE_PASSWROD_FILE")),
    ("migrate", "is not serve, migrate or bootstrap", lambda r: put(job(r)["containers"][0], args=["migrat"])),
]
MUTATIONS += [(f"settings of {name}", said, change) for name, said, change in JOB_MUTATIONS]


def unnoticed(sound, judges, programs, root):
    for rule, said, change in MUTATIONS:
        rendered = sound.copy()
        change(rendered)
        if rule.startswith("settings"):
            name = rule.removeprefix("settings of ") if " of " in rule else "api"
            found = settings.complaints(rendered, programs, root, only=("spro-referral", name))
        else:
            found = judges[rule](rendered)
        if not any(said in sentence for sentence in found):
            yield f"{rule}: {said}"
