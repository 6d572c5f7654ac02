#!/usr/bin/env bash
# A Chromium for the tests in a browser: the one that is there, or the system's package.
set -euo pipefail

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
        echo "the tests in a browser need Chromium: install your system's package (apt install" >&2
        echo "chromium; dnf install chromium; brew install --cask chromium) or set PARLEY_CHROMIUM" >&2
        echo "to the program, then run make again" >&2
        exit 1
    fi
fi
