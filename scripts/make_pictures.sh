#!/usr/bin/env bash
# Pictures of the window for the README and docs, made with the demo on a virtual screen.
#   scripts/make_pictures.sh [FOLDER]    needs xvfb-run and an installed fervideo
set -euo pipefail
folder=${1:-docs/images}
mkdir -p "$folder"
config=$(mktemp -d)
trap 'rm -rf "$config"' EXIT

# name, theme, size of the screen, seconds after the first result, further arguments
picture() {
  local name=$1 theme=$2 size=$3 seconds=$4
  shift 4
  mkdir -p "$config/fervideo"
  printf '[General]\ntheme=%s\n' "$theme" >"$config/fervideo/fervideo.conf"
  XDG_CONFIG_HOME=$config QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 ${size}x24" \
    fervideo "$@" --smoke "$seconds" --screenshot "$folder/$name.png"
}

picture live-dark dark 1440x900 16.4 --demo
picture live-light light 1440x900 19.6 --demo
for theme in dark light; do
  QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1440x900x24" \
    python "$(dirname "$0")/picture_analyze.py" "$theme" "$folder/analyze-$theme.png"
done
QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1440x900x24" \
  python "$(dirname "$0")/picture_expressions.py" dark "$folder/expressions-dark.png"
