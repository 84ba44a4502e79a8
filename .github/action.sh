#!/usr/bin/env bash
# What the steps of action.yml run: `action.sh fmt|lint|check|diff|summary`.
#
# Inputs come in the environment, never as text of a script. It runs in the bash of every runner:
# 3.2 on macOS, Git's on Windows.
set -eo pipefail
# Arguments may be patterns, which are for witkit.
set -f

# The lines of a text that are not empty, as the array LINES.
lines() {
  LINES=()
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line="${line%$'\r'}"
    if [ -n "$line" ]; then LINES+=("$line"); fi
  done <<< "$1"
}

# Prints a finding of the action itself.
say() {
  echo "::$1 title=witkit::$2"
}

# Runs a command that prints annotations, whose files GitHub wants from the root of the repository.
annotated() {
  local directory="${DIRECTORY#./}"
  directory="${directory%/}"
  # sed takes these for more than characters.
  directory=$(printf '%s' "$directory" | sed 's/[&|\\]/\\&/g')
  case "$directory" in
    "" | .) "$@" ;;
    *) "$@" | sed -E "s|^(::[a-z]+ file=)([^/])|\\1$directory/\\2|" ;;
  esac
}

# The commit to compare with, as COMMIT: from the remote repository, as checkouts have one commit.
find_base() {
  local depth=()
  # It would cut off the history of a checkout that has all of it.
  if [ "$(git rev-parse --is-shallow-repository)" = true ]; then depth=(--depth=1); fi
  if git fetch --quiet --no-tags ${depth[@]+"${depth[@]}"} origin "$BASE" 2> /dev/null; then
    COMMIT=$(git rev-parse FETCH_HEAD)
  elif ! COMMIT=$(git rev-parse --quiet --verify "$BASE^{commit}"); then
    say error "cannot find the base \`$BASE\`: it is neither in \`origin\` nor in this checkout"
    exit 2
  fi
}

# Compares the WIT package $2 with that of the base, in the format $1. A package that the base does
# not have is new.
compare() {
  # From the root of the repository.
  local path
  path="$(git rev-parse --show-prefix)${2#./}"
  path="${path%/}"
  if ! git cat-file -e "$COMMIT:$path" 2> /dev/null; then
    return 3
  fi
  # shellcheck disable=SC2086 # They are several arguments.
  witkit diff --format "$1" $ARGS "git:$COMMIT:$path" "$2"
}

diff_packages() {
  if [ -z "$BASE" ]; then
    say error "there is no base to compare with: set the input \`base\` where it is no pull request"
    exit 2
  fi
  find_base
  local result=0 status package
  for package in "${LINES[@]}"; do
    status=0
    annotated compare github "$package" || status=$?
    if [ "$status" = 3 ]; then
      say notice "the base \`$BASE\` has no \`$package\`: there is nothing to compare"
    elif [ "$status" -gt "$result" ]; then
      result=$status
    fi
  done
  exit "$result"
}

# The most that GitHub draws.
LARGEST=50000

# Writes the graph that `witkit graph ARGUMENTS` draws.
draw() {
  local drawing
  drawing=$(mktemp)
  # What is wrong with the input is drawn as far as it is known.
  witkit graph --format mermaid "$@" > "$drawing" || true
  if [ ! -s "$drawing" ]; then
    echo "The graph could not be drawn."
  elif [ "$(wc -c < "$drawing")" -gt "$LARGEST" ]; then
    echo "The graph is too large for GitHub: \`witkit graph -o graph.html\` draws it as a page."
  else
    printf '```mermaid\n%s\n```\n' "$(cat "$drawing")"
  fi
  rm "$drawing"
  echo
}

summary() {
  local item status
  echo "## WIT and components"
  echo
  if [ -n "$BASE" ]; then
    find_base
    echo "### Changes since \`$BASE\`"
    echo
    for item in "${LINES[@]}"; do
      status=0
      compare markdown "$item" || status=$?
      if [ "$status" = 3 ]; then echo "\`$item\` is new."; fi
      if [ "$status" = 2 ]; then echo "\`$item\` could not be compared."; fi
      echo
    done
  fi
  echo "### Graph"
  echo
  lines "$COMPONENTS"
  for item in ${LINES[@]+"${LINES[@]}"}; do
    if [ "${#LINES[@]}" -gt 1 ]; then printf '#### `%s`\n\n' "$item"; fi
    draw "$item"
  done
  if [ "${#LINES[@]}" = 0 ]; then
    lines "$WIT"
    draw ${LINES[@]+"${LINES[@]}"}
  fi
}

case "$1" in
  fmt)
    lines "$WIT"
    annotated witkit fmt --check --format github ${LINES[@]+"${LINES[@]}"}
    ;;
  lint)
    lines "$WIT"
    # shellcheck disable=SC2086 # They are several arguments.
    annotated witkit lint --format github $ARGS ${LINES[@]+"${LINES[@]}"}
    ;;
  check)
    lines "$COMPONENTS"
    # shellcheck disable=SC2086 # They are several arguments.
    annotated witkit check --format github $ARGS ${LINES[@]+"${LINES[@]}"}
    ;;
  diff)
    lines "${WIT:-wit}"
    diff_packages
    ;;
  summary)
    lines "${WIT:-wit}"
    summary >> "$GITHUB_STEP_SUMMARY"
    ;;
  *)
    say error "unknown step \`$1\`"
    exit 2
    ;;
esac
