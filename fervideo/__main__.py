"""`python -m fervideo` is `fervideo`."""

import sys

from fervideo.cli import main

sys.exit(main())
