#!/bin/bash
# run.sh <build folder> [ctest argument…]: runs the tests, two at a time. The last line is
# "N passed, M failed, K skipped"; the exit code says whether all that ran passed. A test that
# fails has a second try, because a loaded machine can stretch any time-out; one that needed it
# is named before the last line: it wants mending.
set -uo pipefail
build="$1"
shift
report="$(readlink -f "$build")/tests.xml"
rm -f "$report"
log="$(readlink -f "$build")/tests.log"
ctest --test-dir "$build" --output-on-failure --no-tests=error -j "${JOBS:-2}" \
  --repeat until-pass:2 --output-junit "$report" "$@" </dev/null | tee "$log"
status=${PIPESTATUS[0]}

count() { grep -o "<testcase [^>]* status=\"$1\"" "$report" 2>/dev/null | wc -l; }
passed="$(count run)"
failed="$(count fail)"
skipped=$(($(count notrun) + $(count disabled)))
if [[ $status -ne 0 && $failed -eq 0 ]]; then failed=1; fi
grep -E '\*\*\*(Failed|Timeout|Exception)' "$log" | sed 's/^/failed at the first try: /'
echo "$passed passed, $failed failed, $skipped skipped"
exit $status
