#!/usr/bin/env bash
# Make sure that the programs the tests drive are on this machine: install what is missing where we are root
# on a Debian system, name it otherwise. Nothing is skipped in silence.
set -euo pipefail

missing=()
say() { echo "test machine: $*" >&2; }

have_postgis() { compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null; }
have_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }
have_qgis() { /usr/bin/python3 -c 'import qgis.core' 2>/dev/null; }
have_cjk_font() { [ -n "$(find /usr/share/fonts /usr/local/share/fonts -iname 'NotoSansCJK*' -print -quit 2>/dev/null)" ]; }

look() {
    missing=()
    have_postgres || missing+=(postgresql)
    have_postgis || missing+=(postgresql-postgis)
    command -v chromium >/dev/null || missing+=(chromium)
    have_cjk_font || missing+=(fonts-noto-cjk)
    command -v pdftotext >/dev/null || missing+=(poppler-utils)
    command -v ogrinfo >/dev/null || missing+=(gdal-bin)
    have_qgis || missing+=(python3-qgis)
    command -v git >/dev/null || missing+=(git)
    command -v setpriv >/dev/null || missing+=(util-linux)
    command -v node >/dev/null || missing+=(nodejs)
    command -v npm >/dev/null || missing+=(npm)
}

look
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    say "missing: ${missing[*]}"
    say "install them, for example: sudo apt-get install --no-install-recommends ${missing[*]}"
    exit 1
fi

say "installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null </dev/null

look
if [ ${#missing[@]} -ne 0 ]; then
    say "still missing after installation: ${missing[*]}"
    exit 1
fi
