# shellcheck shell=bash
# What the scripts share. Sourced, never run. Leaves the caller at the top of the tree.
set -euo pipefail

# --help of any script is the comment at its head.
case "${1:-}" in
    -h | --help)
        sed -n '2,/^[^#]/{/^# shellcheck/d;s/^# \{0,1\}//p}' "$0"
        exit 0
        ;;
esac
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# say WORD...: a line about what happens next, on stderr, so that stdout stays data.
say() {
    printf '== %s\n' "$*" >&2
}

# run COMMAND...: shows the command, then runs it.
run() {
    printf '+ %s\n' "$*" >&2
    "$@"
}

# build PRESET [TARGET...]: configures where needed and builds the targets, all of them by default.
build() {
    local preset=$1
    shift
    if [[ ! -f build/$preset/build.ninja ]]; then
        run cmake --preset "$preset" >&2
    fi
    run cmake --build --preset "$preset" ${1+--target "$@"} >&2
}

# has_target PRESET TARGET: whether the configured preset knows the target.
has_target() {
    ninja -C "build/$1" -t query "$2" >/dev/null 2>&1
}

# build_some PRESET TARGET...: builds those of the targets that exist; folders appear when they have
# content.
build_some() {
    local preset=$1 target
    shift
    run cmake --preset "$preset" >&2 # which targets exist follows from the folders of today
    local -a present=()
    for target in "$@"; do
        if has_target "$preset" "$target"; then
            present+=("$target")
        fi
    done
    if ((${#present[@]} > 0)); then
        build "$preset" "${present[@]}"
    fi
}
