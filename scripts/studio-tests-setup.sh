#!/usr/bin/env bash
# What the tests of the Label Studio loop need beyond their lock file and a Chromium: Label Studio in
# an environment of its own (PARLEY_STUDIO_ENV, or .studio/env).
set -euo pipefail
cd "$(dirname "$0")/.."

python - <<'EOF'
import sys

from parley.incidents import IncidentError
from parley.project import Project
from parley.studio import install
from parley.studio.home import Home

try:
    install.install(Home(Project.find()).env, lambda line: print(line, file=sys.stderr))
except IncidentError as error:
    sys.exit(str(error))
EOF
