"""usage: python -m image.stage SERVICE PROGRAMS DEBIAN ROOT

Carries out the last stage of the Dockerfile on a copy of DEBIAN, as it is written: an instruction that is not known
here is refused, so that what is tried is what is built. ROOT/../SERVICE.json tells how to start it."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path


def instructions(dockerfile):
    """Those of the last stage: word and arguments."""
    text = re.sub(r"^#.*\n", "", dockerfile.read_text(), flags=re.MULTILINE)
    lines = [line.split(maxsplit=1) for line in re.sub(r"\\\n\s*", "", text).splitlines() if line.strip()]
    last = max(index for index, line in enumerate(lines) if line[0] == "FROM")
    return lines[last:]


def run_in(root, command):
    """As a container engine runs it: as root, in the root file system, with /proc and a network."""
    result = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-euc", """
            mount -t proc proc "$1/proc"
            mount --rbind /dev "$1/dev"
            touch "$1/etc/resolv.conf"
            for path in /etc/resolv.conf /etc/apt/apt.conf.d; do mount --bind "$path" "$1$path"; done
            exec env DEBIAN_FRONTEND=noninteractive chroot "$1" sh -c "$2"
            """, "sh", str(root), command],
        check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode != 0:
        raise SystemExit(f"RUN {command}\n{result.stdout}")


def give_runtime(program, root):
    """For a program that was linked for development: the machine's Swift runtime."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"=> (\S+/swift/linux/\S+\.so)", listed)
    for library in found:
        folder = root / "opt/swift-runtime"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy2(library, folder)
    if found:
        (root / "etc/ld.so.conf.d/swift.conf").write_text("/opt/swift-runtime\n")
        subprocess.run(["chroot", root, "ldconfig"], check=True)
        print(f"{program.name} is not linked with --static-swift-stdlib: {len(found)} libraries of Swift were given")


def carry_out(service, programs, debian, root):
    shutil.rmtree(root, ignore_errors=True)
    subprocess.run(["cp", "--archive", debian, root], check=True)
    image = {"environment": {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, "folder": "/"}
    arguments = {}
    for word, rest in instructions(Path("Dockerfile")):
        rest = re.sub(r"\$\{(\w+)\}", lambda match: arguments[match.group(1)], rest) if word != "RUN" else rest
        match word:
            case "FROM":
                if not re.fullmatch(r"debian:[a-z]+-slim", rest):
                    raise SystemExit(f"the last stage begins with {rest}, not with a Debian")
            case "RUN":
                run_in(root, rest)
            case "ENV":
                image["environment"] |= dict([rest.split("=", 1)])
            case "WORKDIR":
                image["folder"] = rest
                (root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
            case "ARG":
                arguments[rest] = {"SERVICE": service}[rest]
            case "COPY":
                copy(rest, programs, root, root / image["folder"].lstrip("/"))
            case "USER":
                image["user"], image["group"] = (int(number) for number in rest.split(":"))
            case "ENTRYPOINT" | "CMD":
                image[word.lower()] = json.loads(rest)
            case _:
                raise SystemExit(f"script/lib/image/stage.py does not know the instruction {word}")
    root.with_suffix(".json").write_text(json.dumps(image))
    size = subprocess.run(["du", "--summarize", "--block-size=M", root], check=True, capture_output=True, text=True)
    print(f"  its files: {size.stdout.split()[0]}")


def copy(rest, programs, root, folder):
    *flags, source, target = rest.split()
    if flags == ["--from=build"] and source.startswith("/programs/"):
        program = programs / source.removeprefix("/programs/")
        subprocess.run(["install", "--strip", program, folder / target], check=True)
        give_runtime(program, root)
    elif flags == ["--from=swagger-ui"] and source == "/swagger-ui":
        subprocess.run(["script/swagger-ui", folder / target], check=True)
    elif not flags:
        shutil.copytree(source, folder / target)
    else:
        raise SystemExit(f"COPY {rest} is not carried out here")


if __name__ == "__main__":
    carry_out(sys.argv[1], *(Path(path) for path in sys.argv[2:]))
