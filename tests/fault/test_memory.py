"""Memory that ends at any allocation ends in a refusal or in a clean end, never in something half done.

tests/fault/memory does the same at every allocation. E2E_SEED=<what was printed> repeats the choice of points.
"""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from harness.chance import seeded
from memory_trial import ALL_SCENES, Point, Trial, make_base

POINTS_OF_A_SCENE = {"start": 8, "close": 10}
POINTS_OF_ANOTHER = 4
WORKERS = 3


@pytest.fixture(scope="module")
def base(tmp_path_factory, contract):
    return make_base(tmp_path_factory.mktemp("base"), contract)


def spread(scene: str, calls: int, source: random.Random) -> list[Point]:
    """One in each part of the scene, half of them lasting."""
    wanted = POINTS_OF_A_SCENE.get(scene, POINTS_OF_ANOTHER)
    return [Point(scene, source.randrange(calls * part // wanted, calls * (part + 1) // wanted) + 1, part % 2 == 1)
            for part in range(wanted)]


@pytest.mark.parametrize("scene", ALL_SCENES)
def test_memory_that_ends_leaves_nothing_half_done(tmp_path, contract, base, scene):
    source = seeded()
    calls = Trial(tmp_path / "quiet", base, contract).count(scene)
    assert calls > 50, "nothing to strike at"
    points = spread(scene, calls, source)
    print(*points)
    with ThreadPoolExecutor(WORKERS) as pool:
        outcomes = list(pool.map(lambda point: Trial(tmp_path / str(point), base, contract).run(point), points))
    print(*outcomes, sep="\n")
