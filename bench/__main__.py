"""`python -m bench [--quick]`: the same as `manage.py bench`."""

import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    manage = Path(__file__).resolve().parent.parent / "manage.py"
    sys.exit(subprocess.run([sys.executable, manage, "bench", *sys.argv[1:]], check=False).returncode)
