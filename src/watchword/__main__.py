"""`python -m watchword`: the command, where its console script is not installed."""

import sys

from watchword.cli import main

if __name__ == "__main__":
    sys.exit(main())
