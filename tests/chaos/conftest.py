"""The harness of tests/e2e and what the fleet of tests/fault uses, found on the path."""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "e2e"), str(TESTS / "fault")]
