#!/bin/sh
# Installs Chromium for the tests of web pages, where it takes nobody's decision: with apt-get, as root or by a sudo that
# asks for no password. Without it those tests are skipped; where CI is set, they fail.
set -eu

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then
        exit 0
    fi
done

without() {
    echo "no browser: $1; install Chromium to run the tests of web pages" >&2
    exit 0
}

command -v apt-get >/dev/null || without "there is no apt-get"
if [ "$(id -u)" -eq 0 ]; then
    sudo=""
elif sudo -n true 2>/dev/null; then
    sudo="sudo -n"
else
    without "apt-get needs root"
fi

echo "installing Chromium for the tests of web pages"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { $sudo apt-get -qq update &&
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends chromium; } \
    </dev/null >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    without "apt-get could not install it"
fi
