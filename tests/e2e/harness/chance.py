"""Randomness that a failing run can repeat: E2E_SEED=<what it printed>."""

import os
import random


def seeded() -> random.Random:
    seed = int(os.environ.get("E2E_SEED") or random.randrange(1 << 32))
    print(f"E2E_SEED={seed}")
    return random.Random(seed)
