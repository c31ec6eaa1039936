"""The command line: options, formats and exit codes."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import planted
from command import TERMINAL, run
from mingzhang import api, submissions
from mingzhang.cli import main as cli
from mingzhang.samples import FORMATS
from mingzhang.version import __version__


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in TERMINAL:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def warned(clean: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document with a warning and no error."""
    path = tmp_path_factory.mktemp("warned") / "a.txt"
    text = clean.read_text(encoding="utf-8")
    path.write_text(text.replace("单位：万元\n\n", "", 1), encoding="utf-8")
    return path


def invoke(*arguments: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(cli.app, [str(a) for a in arguments])
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stdout


def run_main(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    """The exit code of main() in this process."""
    monkeypatch.setattr(sys, "argv", ["mingzhang", *map(str, arguments)])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    return int(caught.value.code or 0)


# --- check ------------------------------------------------------------------------------------


def test_check_text(clean: Path, flawed: Path) -> None:
    assert "结论：错误0条，警告0条，提示0条；另有尾差1处，属四舍五入，不计入。" in invoke("check", clean)
    out = invoke("check", flawed, code=1)
    assert out.startswith(f"{flawed}\n  青禾市图书馆，2022年度")
    assert out.count("  错误 第") == planted.ERRORS
    assert "应为15.36万元" in out
    assert "规则：income_by_function.parent_is_sum_of_children" in out
    assert "编号：" in out


def test_long_lines_are_not_broken_in_a_pipe(flawed: Path) -> None:
    lines = run("check", flawed)[1].split("\n")
    assert all(line.startswith((" ", "/", "共")) or not line or str(flawed) in line for line in lines)
    assert max(map(len, lines)) > 200


def test_plain_when_piped(flawed: Path) -> None:
    for command in (["check", flawed], ["check", flawed, "--details"], ["read", flawed], ["rules"]):
        assert "\x1b" not in run(*command)[1]


def test_check_several(samples: Path) -> None:
    out = invoke("check", samples, code=1)
    files = 2 * len(FORMATS)
    assert out.endswith(f"共{files}个文件，0个无法读取，按单位和年度归为2份；{planted.COUNTED}。\n")
    out = invoke("check", samples, "--separate", code=1)
    assert f"\n共{files}个文件，0个无法读取；错误{planted.ERRORS * len(FORMATS)}条，" in out
    for options in (["--jobs", "1"], ["--jobs", "2"]):
        assert invoke("check", samples, "--separate", *options, code=1) == out


def test_check_json(flawed: Path) -> None:
    out = invoke("check", flawed, "--format", "json", code=1)
    data = json.loads(out)
    assert data["schema"] == "mingzhang.findings/1"
    assert data["tool"]["version"] == __version__
    assert len(data["findings"]) == planted.ALL
    assert out.endswith("}\n")


@pytest.mark.parametrize("option", ["--output", "-o"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_check_output(flawed: Path, tmp_path: Path, option: str, form: str) -> None:
    target = tmp_path / "报告"
    assert invoke("check", flawed, "--format", form, option, target, code=1) == ""
    written = target.read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [target]
    assert "\x1b" not in written
    if form == "json":
        assert len(json.loads(written)["findings"]) == planted.ALL
    else:
        assert written == invoke("check", flawed, code=1)


def test_written_report_is_plain_even_if_colour_is_forced(
    flawed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    invoke("check", flawed, "-o", tmp_path / "a.txt", code=1)
    assert "\x1b" not in (tmp_path / "a.txt").read_text(encoding="utf-8")


def test_check_edition(clean: Path) -> None:
    out = invoke("check", clean, "--edition", "hunan-2022", "--format", "json")
    assert json.loads(out)["documents"][0]["edition"] == "hunan-2022"


def test_check_details(clean: Path) -> None:
    plain, details = invoke("check", clean), invoke("check", clean, "--details")
    assert "（用 --details 查看原因）" in plain
    assert "未核对 " not in plain
    assert "（用 --details 查看原因）" not in details
    assert "    未核对 " in details


def test_check_standards(clean: Path, tmp_path: Path) -> None:
    (tmp_path / "relations").mkdir()
    (tmp_path / "relations" / "own.yaml").write_text(
        "edition: cn-2022\nrelations:\n  - id: own.impossible\n    says: 不可能成立\n    reference: 自定\n"
        "    expect: income_expenditure[total_in, amount] >= 9999999\n",
        encoding="utf-8",
    )
    out = invoke("check", clean, "--standards", tmp_path, code=1)
    assert "own.impossible" in out
    assert "own.impossible" in invoke("rules", "--standards", tmp_path)
    assert "不可能成立" in invoke("rules", "show", "own.impossible", "--standards", tmp_path)
    assert len(invoke("standards", "validate", tmp_path).splitlines()) == len(api.library().editions)


@pytest.mark.parametrize(
    ("level", "codes"), [("error", (0, 0, 1)), ("warning", (0, 1, 1)), ("never", (0, 0, 0))]
)
def test_fail_on(clean: Path, warned: Path, flawed: Path, level: str, codes: tuple[int, ...]) -> None:
    report = api.check(warned)
    assert report.count("error") == 0
    assert report.count("warning") > 0
    for path, code in zip((clean, warned, flawed), codes, strict=True):
        invoke("check", path, "--fail-on", level, code=code)


def test_unreadable_wins_over_findings(flawed: Path, tmp_path: Path) -> None:
    for options in ([], ["--fail-on", "never"], ["--format", "json"], ["-o", tmp_path / "report"]):
        invoke("check", flawed, tmp_path / "none.pdf", *options, code=2)


# --- read -------------------------------------------------------------------------------------


def test_read_csv(flawed: Path) -> None:
    result = CliRunner().invoke(cli.app, ["read", str(flawed), "--format", "csv"])
    assert result.stdout_bytes.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(result.stdout_bytes.decode("utf-8-sig"), newline="")))
    assert [row["printed"] for row in rows] == [fact.printed for fact in api.read(flawed)]
    assert set(rows[0]) >= {"concept", "dimensions", "value", "unit", "table", "row", "column", "place"}


def test_read_json(flawed: Path) -> None:
    facts = json.loads(invoke("read", flawed, "--format", "json"))["facts"]
    assert [fact["printed"] for fact in facts] == [fact.printed for fact in api.read(flawed)]


def test_read_table(flawed: Path) -> None:
    out = invoke("read", flawed)
    assert "475.66" in out
    assert "\x1b" not in out


def test_piped_table_is_whole(flawed: Path) -> None:
    code, out, _ = run("read", flawed)
    assert code == 0
    assert "…" not in out
    assert "一般公共预算财政拨款收入" in out


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_read_output(flawed: Path, tmp_path: Path, form: str) -> None:
    assert invoke("read", flawed, "--format", form, "-o", tmp_path / "facts") == ""
    assert "475.66" in (tmp_path / "facts").read_text(encoding="utf-8-sig")
    assert [p.name for p in tmp_path.iterdir()] == ["facts"]


# --- rules, standards, samples, version -------------------------------------------------------


def test_rules() -> None:
    lines = invoke("rules").splitlines()
    assert [line.split("\t")[0] for line in lines] == [rule.id for rule in api.rules()]
    assert all(len(line.split("\t")) == 3 for line in lines)
    assert len(invoke("rules", "--edition", "cn-2022").splitlines()) == len(api.rules("cn-2022"))


def test_every_rule_can_be_shown() -> None:
    for rule in api.rules()[::7]:
        out = invoke("rules", "show", rule.id)
        assert f"编号：{rule.id}\n规则：{rule.says}\n" in out
        assert "依据：" in out


def test_options_before_show_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = "income_expenditure.sides_balance"
    assert run_main(monkeypatch, "rules", "--edition", "mars-1900", "show", rule) == 2


def test_unknown_rule() -> None:
    code, out, err = run("rules", "show", "no.rule")
    assert (code, out) == (2, "")
    assert "没有规则“no.rule”" in err


def test_standards_validate() -> None:
    lines = invoke("standards", "validate").splitlines()
    assert len(lines) == len(api.library().editions)
    assert all(line.endswith("格式正确。") for line in lines)


def test_samples(tmp_path: Path) -> None:
    written = invoke("samples", tmp_path / "new").splitlines()
    assert sorted(written) == sorted(str(p) for p in tmp_path.rglob("*") if p.is_file())
    assert len(written) == 2 * len(FORMATS)


def test_version() -> None:
    assert invoke("--version") == f"mingzhang {__version__}\n"
    assert run("--version") == (0, f"mingzhang {__version__}\n", "")


# --- exit codes -------------------------------------------------------------------------------


def test_exit_codes_of_the_real_command(clean: Path, flawed: Path, tmp_path: Path) -> None:
    assert run("check", clean)[0] == 0
    assert run("check", flawed)[0] == 1
    assert run("check", flawed, "--fail-on", "never")[0] == 0
    assert run("check", flawed, tmp_path / "none.txt")[0] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--nothing", "a.txt"],
        ["check", "a.txt", "--format", "xml"],
        ["check", "a.txt", "--fail-on", "notice"],
        ["check", "a.txt", "--edition", "mars-1900"],
        ["check", "a.txt", "--standards", "none"],
        ["read", "a.txt", "b.txt"],
        ["rules", "--edition", "mars-1900"],
        ["standards", "validate", "none"],
        ["nothing"],
    ],
)
def test_wrong_usage(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture
) -> None:
    assert run_main(monkeypatch, *arguments) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err


def test_internal_error_names_the_file(
    flawed: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(submissions, "check_submission", broken)
    assert run_main(monkeypatch, "check", flawed) == 3
    out, err = capfd.readouterr()
    assert "未能检查：" in out
    assert str(flawed) in err
    assert "请反馈" in err


def test_any_other_fault_is_3_without_traceback(
    flawed: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(api, "check", broken)
    assert run_main(monkeypatch, "check", flawed) == 3
    assert "Traceback" not in capfd.readouterr().err


def test_interrupted_is_130(flawed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "check", interrupted)
    assert run_main(monkeypatch, "check", flawed) == 130


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["chek", "a"], "没有命令“chek”，是否想用check。用 mingzhang --help 查看用法。"),
        (["check"], "缺少参数PATH...（要核对的文件"),
        (["check", "--formt", "x"], "没有选项“--formt”，是否想用--format。用 mingzhang check --help"),
        (["check", "x", "--format", "xml"], "没有“xml”，可用：text、json、csv"),
        (["check", "x", "--jobs", "two"], "选项“--jobs”的值不对"),
        (["check", "x", "--jobs", "65"], "不能大于64"),
        (["check", "--format"], "选项“--format”后面缺少值。"),
        (["rules", "show", "a", "b"], "多出了参数：b。"),
    ],
)
def test_wrong_usage_is_told_in_chinese(
    arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture
) -> None:
    assert run_main(monkeypatch, *arguments) == 2
    err = capfd.readouterr().err
    assert told in err
    assert "Error" not in err
    assert "Usage" not in err


def test_every_fault_of_the_standards_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "relations").mkdir()
    (tmp_path / "relations" / "本地.yaml").write_text(
        "edition: cn-2022\nrelations:\n"
        "  - {id: a, expect: 'nowhere[x, y] = 1', says: x, reference: x}\n"
        "  - {id: b, expect: 't[x', says: x, reference: x, severity: fatal}\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(cli.app, ["standards", "validate", str(tmp_path)])
    lines = str(result.exception).splitlines()
    assert [line.partition("：")[0] for line in lines] == ["标准文件“relations/本地.yaml”"] * 3
    assert "关系“a”所指的表“nowhere”不存在" in lines[0]
    assert "关系“b”的级别“fatal”不存在" in lines[1]
    assert "关系“b”写法有误" in lines[2]
    for name, text in (
        ("甲", "relations: ["),
        ("乙", "edition: cn-2022\nrelations: [{id: a, exspect: x}]\n"),
    ):
        (tmp_path / "relations" / f"{name}.yaml").write_text(text, encoding="utf-8")
    told = str(CliRunner().invoke(cli.app, ["standards", "validate", str(tmp_path)]).exception)
    assert "甲.yaml”有误：第" in told
    assert "不是有效的YAML：" in told
    assert "乙.yaml”有误：relations的“a”：" in told
