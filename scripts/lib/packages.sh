# The Debian packages of each purpose, for Debian 12 (bookworm) and 13 (trixie).
# shellcheck shell=bash

# packages_for run|test|package CODENAME: one name a line; the others hold those of `run` too.
# Exit 1 with no output for a codename that is not known.
packages_for() {
  local purpose=$1 codename=$2 boost java
  case $codename in
    bookworm) boost=libboost1.81-dev java=openjdk-17-jre-headless ;; # its libboost-dev is 1.74: no coroutine operators
    trixie) boost=libboost-dev java=openjdk-21-jre-headless ;;       # 1.83
    *) return 1 ;;
  esac
  printf '%s\n' clang-19 lld-19 cmake ninja-build ccache pkg-config ca-certificates tzdata \
    "$boost" libsimdjson-dev libssl-dev libsqlite3-dev libmongoc-dev libcurl4-openssl-dev libgmime-3.0-dev \
    libkainjow-mustache-dev libcairo2-dev libhowardhinnant-date-dev libcli11-dev \
    libtomlplusplus-dev libspdlog-dev libfmt-dev prometheus-cpp-dev \
    librabbitmq-dev libcjose-dev libjansson-dev fonts-dejavu-core curl
  # The page is built by Node. It comes with npm from elsewhere, and then Debian's does not go with it.
  command -v npm >/dev/null || printf '%s\n' nodejs npm
  [ "$purpose" != package ] || printf '%s\n' debhelper dpkg-dev
  [ "$purpose" = test ] || return 0
  printf '%s\n' clang-tidy-19 clang-format-19 libclang-rt-19-dev llvm-19 \
    libgtest-dev libgmock-dev libbenchmark-dev python3 python3-venv sqlite3 faketime strace shellcheck git \
    "$java" maven openssl rabbitmq-server chromium sslscan
}
