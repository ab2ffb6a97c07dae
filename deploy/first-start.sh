#!/bin/sh
# Reads the documents of a folder, or the sample collection, if there is no collection yet; else does nothing, so that
# what was taken out of the collection does not come back.
#   first-start.sh [FOLDER] [--data DIR]
set -eu

folder=
case "${1:-}" in
    ''|--*) ;;
    *) folder=$1; shift ;;
esac

if policyqa documents "$@" >/dev/null 2>&1; then
    echo "已有文件库，不再读入。There is a collection; nothing is read."
    exit 0
fi
status=0
if [ -n "$folder" ] && [ -d "$folder" ] && [ -n "$(find "$folder" -type f ! -name '.*' | head -n 1)" ]; then
    policyqa ingest "$folder" "$@" || status=$?
else
    policyqa ingest --sample "$@" || status=$?
fi
# A file that could not be read was named above; it must not keep the others from being served.
if [ "$status" -ne 0 ]; then
    policyqa documents "$@" >/dev/null
fi
