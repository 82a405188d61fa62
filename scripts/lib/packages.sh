# The Debian packages of each purpose, for Debian 12 (bookworm) and 13 (trixie).
# shellcheck shell=bash

# packages_for run|test CODENAME: one name a line; `test` holds those of `run` too.
# Exit 1 with no output for a codename that is not known.
packages_for() {
  local purpose=$1 codename=$2 boost
  case $codename in
    bookworm) boost=libboost1.81-dev ;; # its libboost-dev is 1.74: no coroutine operators
    trixie) boost=libboost-dev ;;       # 1.83
    *) return 1 ;;
  esac
  printf '%s\n' clang-19 lld-19 cmake ninja-build ccache pkg-config ca-certificates tzdata \
    "$boost" libsimdjson-dev libssl-dev libsqlite3-dev libcurl4-openssl-dev libgmime-3.0-dev \
    libkainjow-mustache-dev libcairo2-dev libhowardhinnant-date-dev libcli11-dev \
    libtomlplusplus-dev libspdlog-dev libfmt-dev prometheus-cpp-dev \
    librabbitmq-dev fonts-dejavu-core curl
  [ "$purpose" = run ] || printf '%s\n' clang-tidy-19 clang-format-19 libclang-rt-19-dev llvm-19 \
    libgtest-dev libgmock-dev libbenchmark-dev python3 python3-venv sqlite3 faketime strace rabbitmq-server nodejs shellcheck git
  # A Node from elsewhere has its own npm, and Debian's would not go with it.
  [ "$purpose" = run ] || command -v npm >/dev/null || printf '%s\n' npm
}
