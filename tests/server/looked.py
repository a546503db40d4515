"""A program for tests: looks at the way to the target that a folder configures, and prints the lines as JSON."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from migkit import config
from migkit.targets import declared, network


def main(folder: Path) -> int:
    project = config.load(folder)
    schema = project.schemas["app"]
    found = declared(project, schema, "production")
    begun = time.monotonic()
    checks = network.network(found, seconds=found.target.connect_timeout)
    told = {"checks": [asdict(check) for check in checks], "seconds": time.monotonic() - begun}
    sys.stdout.write(json.dumps(told))
    error = network.failed(checks)
    return error.exit_code if error else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
