"""`make bench`: run every benchmark, print what it found, and write bench/results.json."""

import json
import platform
import sys
from pathlib import Path

from bench import cold, exports, growth, times

RESULTS = Path(__file__).with_name("results.json")


def main() -> int:
    """Everything in turn; 1 if a target was missed."""
    found = {
        "python": platform.python_version(),
        "times": times.measure_all(),
        "cold": cold.measure(),
        "exports": exports.measure(),
        "growth": growth.measure(),
    }
    print(times.table(found["times"]))
    print()
    print(f"{'first answer, fresh process':28}{'median ms':>11}{'best ms':>11}{'CPU ms':>11}")
    for name in ("floor", "floor_in_small", "product"):
        one = found["cold"][name]
        print(f"{name:28}{one['median_ms']:11.0f}{one['best_ms']:11.0f}{one['cpu_ms']:11.0f}")
    ratios = ", ".join(f"{found['cold'][f'ratio_{one}']:.2f} {one}" for one in ("median", "best", "cpu"))
    print(f"product / floor: {ratios} (at most {cold.MOST})")
    print()
    print(exports.table_of(found["exports"]))
    print()
    print(growth.table_of(found["growth"]))
    RESULTS.write_text(json.dumps(found, indent=1, default=str) + "\n", "utf-8")
    missed = [name for name, met in times.met(found["times"]).items() if not met]
    if min(found["cold"]["ratio_median"], found["cold"]["ratio_best"]) > cold.MOST:
        missed.append("first answer")
    if not found["exports"]["met"]:
        missed.append("export")
    if not found["growth"]["same"]:
        missed.append("growth")
    print("All targets met." if not missed else f"Missed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
