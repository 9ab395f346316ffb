"""usage: python -m manifests KUBECTL PROGRAMS

KUBECTL renders the overlays, PROGRAMS is the folder of the built services; run from the repository."""

import sys
from pathlib import Path

from . import broken, dockerfile, network, pod_security, region, running, schemas, secret_references, settings
from .rendered import Rendered

OVERLAYS = ("development", "production")


def rules(programs, root):
    """By name: a function from what was rendered to its complaints."""
    return {
        "schemas": schemas.complaints,
        "pod security": pod_security.complaints,
        "network": network.complaints,
        "running": lambda rendered: running.complaints(rendered, root),
        "secrets": lambda rendered: secret_references.complaints(rendered, root),
        "region": lambda rendered: region.complaints(rendered, root),
        "image": lambda rendered: dockerfile.complaints(rendered, root),
        "settings": lambda rendered: settings.complaints(rendered, programs, root),
    }


def main(kubectl, programs):
    root, failed = Path.cwd(), False
    judges = rules(Path(programs).resolve(), root)
    for overlay in OVERLAYS:
        rendered = Rendered.overlay(kubectl, f"k8s/overlays/{overlay}")
        said = [sentence for judge in judges.values() for sentence in judge(rendered)]
        print(f"k8s/overlays/{overlay}: {len(rendered.objects)} objects, {len(said)} complaints")
        for sentence in said:
            print(f"  - {sentence}")
        failed = failed or bool(said)
    if not failed:
        unnoticed = list(broken.unnoticed(rendered, judges, Path(programs).resolve(), root))
        print(f"broken manifests: {len(broken.MUTATIONS) - len(unnoticed)} of {len(broken.MUTATIONS)} noticed")
        for sentence in unnoticed:
            print(f"  - not noticed: {sentence}")
        failed = bool(unnoticed)
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
