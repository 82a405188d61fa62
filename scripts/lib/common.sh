# What every script here shares. Source it; it sets `root`, the top of the checkout, and changes no directory,
# because options of the program (a configuration file, a data folder) are relative to where the user stands.
# shellcheck shell=bash

# shellcheck disable=SC2034 # used by the scripts that source this
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# All talk goes to stderr: stdout belongs to the program that is run.
say() { printf '%s\n' "$*" >&2; }

# die MESSAGE [EXIT_CODE]: one clear line, then the end; 2 (wrong use or system) unless told otherwise.
die() {
  printf '%s: %s\n' "$(basename "$0")" "$1" >&2
  exit "${2:-2}"
}
