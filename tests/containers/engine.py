"""Images and containers by docker or podman, whichever tests/containers/run has found."""

import json
import os
import shutil
import subprocess
from pathlib import Path

ENGINE = os.environ.get("CONTAINER_ENGINE", "docker")
USER = "10001"
# As compose.yaml and the charts run the images: no capabilities, a root file system that cannot be written. Limits are
# those of the host where podman runs, because a container in a container may not raise them.
CONFINED = ["--network", "host", "--read-only", "--tmpfs", "/tmp:size=16m", "--cap-drop", "all",
            "--security-opt", "no-new-privileges", *(["--ulimit", "host"] if ENGINE == "podman" else [])]


def engine(*words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([ENGINE, *words], check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 or not check, f"{ENGINE} {' '.join(words)}: {done.stdout}{done.stderr}"
    return done


def inspect_image(name: str) -> dict:
    return json.loads(engine("image", "inspect", f"invoices-{name}").stdout)[0]


def health_command(name: str) -> list[str]:
    """HEALTHCHECK of an image; podman has it in another place than Docker."""
    image = inspect_image(name)
    return (image.get("Healthcheck") or image["Config"]["Healthcheck"])["Test"]


def write_secret(file: Path, content: str) -> None:
    """For the program's user alone."""
    file.write_text(content)
    file.chmod(0o400)
    shutil.chown(file, int(USER), int(USER))


class Container:
    """A service as compose.yaml runs it: no root, no capabilities, a root file system that cannot be written.
    On the network of the host, where the test servers listen."""

    def __init__(self, name: str, secrets: Path, **environment: str):
        self.name = name
        words = ["run", "--detach", *CONFINED, "--volume", f"{secrets}:/secrets:ro", "--volume", "/var/lib/invoices"]
        for key, value in environment.items():
            words += ["--env", f"{key}={value}"]
        self.id = engine(*words, f"invoices-{name}").stdout.strip()

    def health(self) -> bool:
        """What HEALTHCHECK says, asked now: not every machine has somebody who asks by the clock."""
        return engine("exec", self.id, *health_command(self.name)[1:], check=False).returncode == 0

    def logs(self) -> str:
        done = engine("logs", self.id)
        return done.stdout + done.stderr

    def process_status(self) -> dict[str, str]:
        """/proc/PID/status of the program, seen from outside: there is no need of a shell inside."""
        pid = engine("inspect", "--format", "{{.State.Pid}}", self.id).stdout.strip()
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        engine("stop", "--time", "20", self.id)
        return int(engine("inspect", "--format", "{{.State.ExitCode}}", self.id).stdout)

    def remove(self) -> None:
        engine("rm", "--force", "--volumes", self.id)
