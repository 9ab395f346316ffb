"""Every variable SPRO_… is a setting that the code reads, and none that it needs is missing: the programs themselves
are asked, with the environment that Kubernetes would give them, and get as far as calling their database."""

import base64
import os
import re
import socket
import subprocess
import tempfile
import threading
from pathlib import Path


def complaints(rendered, programs, root, only=None):
    for workload in rendered.workloads():
        for container in workload.containers:
            if only and (workload.namespace, container["name"]) != only:
                continue
            for sentence in of_container(rendered, workload, container, programs, root):
                yield f"{workload.title}, container {container['name']}: {sentence}"


def of_container(rendered, workload, container, programs, root):
    values, unknown = rendered.environment(workload.namespace, container)
    yield from unknown
    match = re.search(r"/((?:directory|referral|reporting)-service)(?:[:@]|$)", container.get("image", ""))
    if not match:
        yield f"{container.get('image')} is not the image of a service"
        return
    if match.group(1) != workload.namespace.removeprefix("spro-") + "-service":
        yield f"{match.group(1)} does not belong in {workload.namespace}"
    command = container.get("args", [])
    if container.get("command") or command not in (["serve"], ["migrate"], ["bootstrap"]):
        yield f"{command} is not serve, migrate or bootstrap"
        return
    with tempfile.TemporaryDirectory() as folder:
        given = {}
        for name, value in values.items():
            found, sentence = mounted(workload, container, value, Path(folder))
            given[name] = found
            if sentence:
                yield f"{name}: {sentence}"
        if not given.pop("SPRO_DATABASE_TLS_AUTHORITIES", None):
            yield "without SPRO_DATABASE_TLS_AUTHORITIES it speaks to its database in clear"
        yield from refusals(programs / match.group(1), command, given, root)
    if command != ["serve"]:
        yield from unread(programs / match.group(1), values, command, root)


def mounted(workload, container, value, folder):
    """The value, with a file of a volume replaced by one that exists."""
    for mount in container.get("volumeMounts", []):
        if not value.startswith(mount["mountPath"] + "/"):
            continue
        path = value.removeprefix(mount["mountPath"] + "/")
        volume = next((entry for entry in workload.spec.get("volumes", []) if entry["name"] == mount["name"]), {})
        brought = {item["path"] for source in volume.get("projected", {}).get("sources", [])
                   for item in source.get("secret", {}).get("items", [])}
        file = folder / path.replace("/", "_")
        file.write_text(made(path))
        return str(file), None if path in brought else f"no volume brings {value}"
    if any(mount["mountPath"] == value for mount in container.get("volumeMounts", [])):
        return str(folder), None
    return value, f"no volume brings {value}" if value.startswith("/") else None


def made(path):
    """What such a secret holds."""
    if path.endswith(".pem"):
        make = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        return subprocess.run(make, capture_output=True, text=True, check=True).stdout
    key = base64.b64encode(os.urandom(32)).decode() + "\n"
    return f"2026-01 {key}" if path == "key-encryption-keys" else key


def run(program, command, environment, root):
    """What it says, and whether it called its database: who gets so far has read its settings."""
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as database:
        def hang_up():
            try:
                while True:
                    calls.append(database.accept()[0].close())
            except OSError:
                pass

        listener = threading.Thread(target=hang_up, daemon=True)
        listener.start()
        place = {"SPRO_DATABASE_HOST": "127.0.0.1", "SPRO_DATABASE_PORT": str(database.getsockname()[1])}
        result = subprocess.run(
            [str(program), *command], env=environment | place, cwd=root, capture_output=True, text=True, timeout=30,
            check=False)
        database.shutdown(socket.SHUT_RDWR)
        listener.join()
    return result.stdout + result.stderr, bool(calls)


def refusals(program, command, environment, root):
    said, has_called = run(program, command, environment, root)
    told = re.findall(r"^  - (.*)$", said, re.MULTILINE)
    yield from told
    if not told and not has_called:
        yield f"{command[0]} does not get as far as its database: {said.strip()[:300]}"


def unread(program, values, command, root):
    """`migrate` and `bootstrap` pass over what they do not know: `serve` tells, but for the roles' passwords."""
    said, _ = run(program, ["serve"], dict(values), root)
    code = (root / "Sources/Shared/Postgres/Roles/Roles.swift").read_text()
    roles = re.findall(r"^\s+case (\w+)$", code, re.MULTILINE)
    own = {f"SPRO_{role.upper()}_PASSWORD_FILE" for role in roles} if command == ["bootstrap"] else set()
    for name in re.findall(r"^  - (\w+) is not a setting", said, re.MULTILINE):
        if name not in own:
            yield f"{name} is not a setting of {command[0]}"
