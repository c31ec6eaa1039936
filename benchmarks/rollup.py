"""The roll-up of a large department from facts at rest: seconds and memory. All data is made up.

Each unit has a sheet of its own and as many project sheets as make up ``--sheets``, each with its money by
source and ten indicators; projects are shared by the units, as programmes are.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mingzhang.money import Amount
from mingzhang.provenance import Place
from mingzhang.reporting.kept import kept, read_kept
from mingzhang.scoring.rollup import PROJECT, UNIT, rollup
from mingzhang.scoring.sheets import FUNDS, INDICATOR, Gathering, Head, Row, Seen, Sheets

_INDICATORS = (
    ("output", "quantity", "整理档案数量", "{}卷"),
    ("output", "quantity", "接待查阅人次", "{}人次"),
    ("output", "quantity", "培训场次", "{}场"),
    ("output", "quality", "验收合格率", "9{}%"),
    ("output", "time", "按时完成率", "9{}%"),
    ("output", "cost", "设备购置金额", "{}.50万元"),
    ("benefit", "economic", "节约经费", "{}.25万元"),
    ("benefit", "social", "查阅服务覆盖面", "8{}%"),
    ("benefit", "social", "档案利用效果", "全部或基本达成预期指标"),
    ("satisfaction", "served", "查阅群众满意度", "9{}%"),
)
_POINTS = (10, 10, 10, 10, 5, 5, 10, 10, 10, 10)


def made(units: int, sheets: int, seed: int) -> Sheets:
    """The sheets of a department that does not exist."""
    chance, gathering = random.Random(seed), Gathering()
    for unit in range(units):
        for number in range(sheets):
            _sheet(gathering, chance, unit, number)
    return gathering.sheets


def _sheet(gathering: Gathering, chance: random.Random, unit: int, number: int) -> None:
    place = Place(paragraph=number * 8 + 4)
    cells: list[Seen] = []

    def put(row: Row, column: str, printed: str, amount: tuple[int, int, str] | None) -> None:
        cells.append(Seen(row, column, printed, Amount(*amount) if amount else None, place))

    budget, rest = chance.randrange(1000, 900_000), chance.randrange(1000)
    for key, label, share in (("funds", "年度资金总额", 1), ("fiscal", "当年财政拨款", 1)):
        row = Row(FUNDS, key, "", "", key, label)
        for column, value in (("initial", budget), ("budget", budget * share), ("final", budget - rest)):
            put(row, column, f"{value // 100}.{value % 100:02}", (value, 2, "万元"))
    row = Row(FUNDS, "funds", "", "", "funds", "年度资金总额")
    put(row, "weight", "10", (10, 0, "分"))
    put(row, "rate", "99.50%", (9950, 2, "%"))
    put(row, "score", "9.95", (995, 2, "分"))
    for (block, part, name, printed), points in zip(_INDICATORS, _POINTS):
        row = Row(INDICATOR, f"{block}/{part}/{name}", block, part, name, name)
        target, actual = (printed.format(chance.randrange(1, 10)) for _ in range(2))
        put(row, "target", f"≥{target}" if target[-1] != "标" else target, None)
        put(row, "actual", actual, None)
        put(row, "weight", str(points), (points, 0, "分"))
        lost = chance.randrange(3)
        put(row, "score", str(points - lost), (points - lost, 0, "分"))
    whole = number == 0
    head = Head(
        "department_score_sheet" if whole else "project_score_sheet",
        "部门整体支出绩效自评表" if whole else "项目支出绩效自评表",
        "department" if whole else "project",
        f"青禾市第{unit}馆",
        "" if whole else f"档案项目{number}",
        "",
        2022,
        f"第{unit}馆.docx",
        place,
    )
    gathering.enter(head, cells)


def _measure(path: Path, rounds: int) -> None:
    taken: dict[str, list[float]] = {"read": [], UNIT: [], PROJECT: []}
    for number in range(rounds + 1):
        started = time.process_time()
        sheets = read_kept(path)
        read = time.process_time() - started
        for by in (UNIT, PROJECT):
            started = time.process_time()
            result = rollup(sheets, by=by)
            seconds = time.process_time() - started
            assert result.rolled
            assert not result.problems
            if number:
                taken[by].append(seconds)
        if number:
            taken["read"].append(read)
    middle = {name: statistics.median(times) for name, times in taken.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    read = middle["read"]
    print(f"facts at rest read      {read:.2f} s")
    for by in (UNIT, PROJECT):
        both = f"with reading {read + middle[by]:.2f} s, bar < 2 s"
        print(f"rolled up by {by:11}{middle[by]:.2f} s   ({both})")
    print(f"memory at most          {peak:.0f} MB")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--units", type=int, default=500)
    parser.add_argument("--sheets", type=int, default=40, help="sheets of each unit")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--file", type=Path, help="measure this file of kept sheets")
    chosen = parser.parse_args()
    if chosen.file is not None:
        _measure(chosen.file, chosen.rounds)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheets"
        sheets = made(chosen.units, chosen.sheets, chosen.seed)
        path.write_bytes(kept(sheets, "benchmark"))
        count = len(sheets.heads)
        size = path.stat().st_size / 1e6
        print(f"{chosen.units} units, {count} sheets, {len(sheets.of_row)} cells, {size:.1f} MB at rest")
        command = [sys.executable, __file__, "--file", str(path), "--rounds", str(chosen.rounds)]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
