#!/usr/bin/env bash
# Pictures of the window for the README and docs, made with the demo on a virtual screen.
#   scripts/make_pictures.sh [FOLDER [WORKSPACE...]]    needs xvfb-run and an installed fervideo
# Takes those of all workspaces that have a picture_WORKSPACE.py beside this script.
set -euo pipefail
scripts=$(cd "$(dirname "$0")" && pwd)
folder=${1:-docs/images}
shift || true
mkdir -p "$folder"
workspaces=("$@")
if [ ${#workspaces[@]} -eq 0 ]; then workspaces=(live analyze review expressions models); fi

for workspace in "${workspaces[@]}"; do
  script="$scripts/picture_$workspace.py"
  [ -f "$script" ] || continue
  for theme in light dark; do
    picture="$folder/$workspace-$theme.png"
    echo "$picture"
    QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1440x900x24" python "$script" "$theme" "$picture"
    python "$scripts/picture_taking.py" "$picture"
  done
done
