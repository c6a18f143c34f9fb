# SPDX-License-Identifier: GPL-3.0-or-later
# For the programs of packaging/: the Debian packages of packaging/apt-packages. Sourced from the top of the checkout.

# list_missing KIND...: list the packages of these kinds that are not installed, neither by this name nor by another
# that stands for it: libspandsp2 of Debian 12 is provided by libspandsp2t64 in Debian 13.
list_missing() {
    local there
    there=$(dpkg-query -W -f='${db:Status-Status} ${Package},${Provides}\n' | sed -n 's/^installed //p' | tr , '\n')
    awk -v kinds=" $* " '
        # The name is the first word: what is provided may have a version behind it.
        there { if (NF) installed[$1] = 1; next }
        $1 !~ /^#/ && index(kinds, " " $1 " ") && !($2 in installed) {print $2}
    ' there=1 - there=0 packaging/apt-packages <<<"$there"
}

# install_debian_packages WHO KIND...: install the packages of these kinds that are missing, by apt; as root or by sudo.
install_debian_packages() {
    local who=$1 missing
    mapfile -t missing < <(list_missing "${@:2}")
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "$who: installing ${#missing[@]} Debian packages: ${missing[*]}"
    local as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    # The programs are started by Facteur itself, privately: nothing of the machine's own needs to be running.
    "${as_root[@]}" apt-get update -q &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}
