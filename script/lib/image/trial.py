"""usage: python -m image.trial SERVICE ROOT WORK CLUSTER

Runs `--help`, `bootstrap`, `migrate` and `serve` in the image's root file system with what k8s/overlays/production
gives them, asks the service some questions, and tells it to stop. Needs namespaces of its own (script/image-check)."""

import base64
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from manifests.rendered import Rendered

from .issuer import Issuer


IMPORT = "cat >/dev/shm/in && /app/service import communes /dev/shm/in; rm /dev/shm/in"


def made(key):
    """What such a secret holds."""
    if key == "pem":
        make = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        return subprocess.run(make, capture_output=True, text=True, check=True).stdout
    random = base64.b64encode(os.urandom(32)).decode()
    return f"2026-01 {random}" if key == "key-encryption" else random


class Trial:
    def __init__(self, service, root, work):
        self.service, self.root, self.work = service, root.resolve(), work
        self.image = json.loads(root.with_suffix(".json").read_text())
        self.rendered = Rendered.overlay(".local/manifests/bin/kubectl", "k8s/overlays/production")
        self.passwords = {}

    def secret(self, name, key):
        """What k8s/README.md says is in the cluster."""
        if (name, key) == ("database-ca", "ca.crt"):
            return (self.work / "ca.crt").read_text()
        return self.passwords.setdefault((name, key), made(key))

    def workload(self, kind):
        return next(workload for workload in self.rendered.workloads()
                    if workload.namespace == f"spro-{self.service}" and workload.owner["kind"] == kind)

    def mount(self, workload, container):
        """The container's secrets, readable by the pod's group alone, as its volume says; volumes that it writes to."""
        group = workload.spec["securityContext"]["fsGroup"]
        for mount in container["volumeMounts"]:
            folder = self.root / mount["mountPath"].removeprefix("/")
            subprocess.run(["umount", folder], check=False, capture_output=True)
            folder.mkdir(exist_ok=True)
            entry = next(entry for entry in workload.spec["volumes"] if entry["name"] == mount["name"])
            options = "mode=0755" if "projected" in entry else f"mode=0770,gid={group}"
            subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
            volume = entry.get("projected", {"sources": []})
            for source in volume["sources"]:
                for item in source["secret"]["items"]:
                    file = folder / item["path"]
                    file.write_text(self.secret(source["secret"]["name"], item["key"]))
                    file.chmod(volume["defaultMode"])
                    os.chown(file, 0, group)

    def command(self, arguments, environment, program=None):
        """In the image: its user, no privilege, a root that nobody may write to."""
        user, group = self.image["user"], self.image["group"]
        variables = [f"{name}={value}" for name, value in (self.image["environment"] | environment).items()]
        return ["unshare", "--mount", "--propagation", "private", "sh", "-euc", """
                mount --rbind "$1" "$1"
                mount -t proc proc "$1/proc"
                mount --rbind /dev "$1/dev"
                mount -o remount,ro,bind "$1"
                cd "$1"; root=$1; user=$2; group=$3; folder=$4; shift 4
                exec setpriv --bounding-set=-all,+sys_chroot,+setuid,+setgid,+setpcap -- chroot "$root" \
                    setpriv --reuid="$user" --regid="$group" --groups="$group" --no-new-privs --inh-caps=-all \
                    --bounding-set=-all -- env --ignore-environment --chdir="$folder" "$@"
                """, "sh", str(self.root), str(user), str(group), self.image["folder"], *variables,
                *(program or self.image["entrypoint"]), *arguments]

    def once(self, arguments, environment=None, program=None, given=None):
        result = subprocess.run(
            self.command(arguments, environment or {}, program), input=given, capture_output=True, text=True,
            check=False)
        if result.returncode != 0:
            raise SystemExit(f"{arguments} failed: {result.stdout}{result.stderr}")
        return result.stdout.strip()

    def prepare(self, cluster):
        (self.root / "etc/hosts").write_text("127.0.0.1 localhost database-rw id.region.example.org\n")
        # A region's issuer has a certificate that everybody trusts; the trial's becomes one.
        authority = self.root / "usr/local/share/ca-certificates/trial.crt"
        authority.write_text((self.work / "ca.crt").read_text())
        subprocess.run(["chroot", self.root, "update-ca-certificates"], check=True, capture_output=True)
        password = self.secret("database-superuser", "password")
        subprocess.run(["psql", "--host", cluster, "--username", "postgres", "--quiet", "--command",
                        f"alter role postgres password '{password}'"], check=True)


def ask(port, path, token=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def expect(what, holds, shown=""):
    print(f"  {'ok' if holds else 'FAILED'}: {what}{f' ({shown})' if shown else ''}")
    if not holds:
        raise SystemExit(1)


def main(service, root, work, cluster):
    trial = Trial(service, Path(root), Path(work))
    trial.prepare(cluster)
    expect("--help", "USAGE:" in trial.once(["--help"]))
    job = trial.workload("Job")
    for container in job.containers:
        trial.mount(job, container)
        environment, unknown = trial.rendered.environment(job.namespace, container)
        said = trial.once(container["args"], environment)
        expect(" ".join(container["args"]), not unknown, said)
    deployment = trial.workload("Deployment")
    serve(trial, deployment, deployment.containers[0])


def serve(trial, deployment, container):
    trial.mount(deployment, container)
    environment, _ = trial.rendered.environment(deployment.namespace, container)
    issuer = Issuer(trial.work, "id.region.example.org", environment["SPRO_TOKEN_ISSUER"])
    log = (trial.work / "serve.log").open("w+")
    began = time.monotonic()
    process = subprocess.Popen(trial.command(container["args"], environment), stdout=log, stderr=log)
    http, operations = environment["SPRO_HTTP_PORT"], environment["SPRO_OPERATIONS_PORT"]
    while ask(operations, "/readyz")[0] != 200:
        if process.poll() is not None or time.monotonic() > began + 30:
            log.seek(0)
            raise SystemExit(f"serve: {ask(operations, '/readyz')} {log.read()}")
        time.sleep(0.1)
    expect("serve is ready, its issuer's certificate trusted", True, f"{time.monotonic() - began:.1f} s")
    expect("/livez", ask(operations, "/livez")[0] == 200)
    expect("/openapi.yaml", ask(http, "/openapi.yaml")[1].startswith("openapi: 3.1"))
    path, scope = {
        "directory": ("/v1/networks", "directory:read"), "referral": ("/v1/referrals", "referral:send"),
        "reporting": ("/v1/indicators", "reporting:read"),
    }[trial.service]
    expect(f"{path} without a token is refused", ask(http, path)[0] == 401)
    status = ask(http, path, issuer.token(trial.service, scope))[0]
    expect(f"{path} with a token is let in", status not in (0, 401, 403, 500, 503), str(status))
    if trial.service == "directory":
        # As k8s/README.md tells to.
        said = trial.once([IMPORT], environment, ["sh", "-c"], Path("demo/communes.csv").read_text())
        expect("import communes", IMPORT in Path("k8s/README.md").read_text(), said.splitlines()[0])
    metrics = ask(operations, "/metrics")[1]
    memory = int(next(line.split()[1] for line in metrics.splitlines() if line.startswith("process_resident")))
    limit = int(container["resources"]["limits"]["memory"].removesuffix("Mi"))
    expect("it fits its memory", memory < limit << 20, f"{memory >> 20} of {limit} MiB")
    [child] = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split() or [str(process.pid)]
    status = Path(f"/proc/{child}/status").read_text()
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    expect("no capability, no new privileges, not root", facts["CapEff"].strip("0") == "" and
           facts["CapBnd"].strip("0") == "" and facts["NoNewPrivs"] == "1" and facts["Uid"].split()[0] == "65532")
    written = subprocess.run(["nsenter", f"--target={child}", "--mount", f"--root=/proc/{child}/root",
                              "sh", "-c", "echo >/app/written"], capture_output=True, text=True, check=False)
    expect("not even root writes to its files", "Read-only file system" in written.stderr)
    stopped = time.monotonic()
    os.kill(int(child), 15)
    code = process.wait(timeout=deployment.spec["terminationGracePeriodSeconds"])
    took, drain = time.monotonic() - stopped, int(environment["SPRO_DRAIN_SECONDS"])
    expect("told to stop, it drains and ends by itself", code == 0 and drain <= took < drain + 10, f"{took:.1f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
