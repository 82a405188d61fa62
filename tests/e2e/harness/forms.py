"""The forms in which the system comes. A scenario that makes sense for all of them runs on all of them."""

from pathlib import Path

from contract import Contract

from .servers import Servers
from .split import Split
from .standalone import Standalone
from .system import System

FORMS = ["standalone", "split"]


def make_system(form: str, folder: Path, contract: Contract, servers: Servers) -> System:
    """Not started."""
    return Standalone(folder, contract) if form == "standalone" else Split(folder, contract, servers)
