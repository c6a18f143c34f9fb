# SPDX-License-Identifier: GPL-3.0-or-later
# For the programs of packaging/: the Debian packages of packaging/apt-packages. Sourced from the top of the checkout.

# install_debian_packages WHO KIND...: install the packages of these kinds that are missing, by apt; as root or by sudo.
install_debian_packages() {
    local who=$1 kinds=" ${*:2} " package missing=()
    for package in $(awk -v kinds="$kinds" '$1 !~ /^#/ && index(kinds, " " $1 " ") {print $2}' packaging/apt-packages); do
        dpkg-query -W -f='${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "$who: installing ${#missing[@]} Debian packages: ${missing[*]}"
    local as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    # The programs are started by Facteur itself, privately: nothing of the machine's own needs to be running.
    "${as_root[@]}" apt-get update -q &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}
