# shellcheck shell=bash
# Debian packages that the project builds and runs on. Functions only.

# What every command needs: the two C libraries, PostgreSQL for the private cluster, curl for readiness.
# shellcheck disable=SC2034
SPRO_PACKAGES=(libpq-dev libjwt-dev libssl-dev zlib1g-dev pkg-config postgresql curl ca-certificates openssl tzdata jq)

# What the pages need besides: Python to take Swagger UI from PyPI, and the map.
# shellcheck disable=SC2034
SPRO_PAGE_PACKAGES=(python3-venv libjs-leaflet)

# Installs those of the named packages that are missing; asks for nothing when all are there.
packages_install() {
    local package missing=()
    for package in "$@"; do
        if [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
            missing+=("$package")
        fi
    done
    ((${#missing[@]})) || return 0
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || {
            echo "missing packages, and neither root nor sudo: apt-get install ${missing[*]}" >&2
            return 1
        }
        as_root=(sudo)
    fi
    echo "installing ${missing[*]}" >&2
    "${as_root[@]}" apt-get update --quiet=2 >&2
    # A machine that has just started may be installing its own updates: up to five minutes are waited for them.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --option DPkg::Lock::Timeout=300 --quiet=2 \
        --yes --no-install-recommends "${missing[@]}" >&2
}

# Fails with a sentence where there is no Swift toolchain to build with.
packages_require_swift() {
    command -v swift >/dev/null || {
        echo 'a Swift 6.2 toolchain or later is needed: https://www.swift.org/install/linux/' >&2
        return 1
    }
}
