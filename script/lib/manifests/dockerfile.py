"""The image has what the service looks for, and the build what the image takes."""

import re


def complaints(rendered, root):
    dockerfile, ignored = rendered.files["Dockerfile"], rendered.files[".dockerignore"]
    stage = dockerfile[dockerfile.rindex("\nFROM "):]
    copied = set(re.findall(r"^COPY (\w+) \w+$", stage, re.MULTILINE))
    code = "\n".join(file.read_text() for file in (root / "Sources").rglob("*.swift"))
    folders = set(re.findall(r'settings\.value\("[\w.]+", \.text\(1\.\.\.1000\), default: "(\w+)"\)', code))
    if not folders:
        yield "Dockerfile: no setting with a folder was found in the code: this rule must be mended"
    for folder in sorted(folders - copied):
        yield f"Dockerfile: a service looks for the folder {folder}, which the image has not"
    for name in sorted(copied | {"Package.swift", "Sources", "Tests"}):
        if f"!{name}" not in ignored.splitlines():
            yield f".dockerignore: {name} does not reach the build"
    user = re.search(r"^USER (\d+):(\d+)$", stage, re.MULTILINE)
    for workload in rendered.workloads():
        security = workload.spec.get("securityContext", {})
        if not user or [str(security.get(member)) for member in ("runAsUser", "runAsGroup")] != list(user.groups()):
            yield f"{workload.title}: it runs as another user than the image's"
    suites = set(re.findall(r"^FROM \S*?(bookworm|trixie)\S*", dockerfile, re.MULTILINE))
    if len(suites) != 1:
        yield f"Dockerfile: built and run on different Debians: {', '.join(sorted(suites))}"
