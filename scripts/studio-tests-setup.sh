#!/usr/bin/env bash
# What the tests of the Label Studio loop need beyond their lock file: Label Studio in an environment
# of its own (PARLEY_STUDIO_ENV, or .studio/env) and a Chromium.
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

have_chromium() {
    [ -n "${PARLEY_CHROMIUM:-}" ] && [ -x "$PARLEY_CHROMIUM" ] && return
    command -v chromium || command -v chromium-browser ||
        command -v google-chrome || command -v google-chrome-stable
}

if ! have_chromium >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing chromium with apt-get" >&2
        { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
            --no-install-recommends chromium; } >/dev/null || true
    fi
    if ! have_chromium >/dev/null; then
        echo "the tests of the Label Studio loop need Chromium: install your system's package" >&2
        echo "(apt install chromium; dnf install chromium; brew install --cask chromium) or set" >&2
        echo "PARLEY_CHROMIUM to the program, then run make test-studio again" >&2
        exit 1
    fi
fi
