#!/usr/bin/env bash
# Seeds the corpora: the example programmes as JSON, and the empty workbooks.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p fuzz/corpus/json fuzz/corpus/xlsx
cp examples/*.json fuzz/corpus/json/
for lang in kk ru en; do cargo run --quiet -- template "fuzz/corpus/xlsx/template-$lang.xlsx" --lang "$lang"; done
