"""The documentation says everything that there is, and nothing that there is not."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from mingzhang import api
from mingzhang.cli import main as cli

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "mingzhang"
READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = sorted(str(p.relative_to(ROOT)) for p in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ROOMS = sorted(
    p.name for p in PACKAGE.iterdir() if not p.name.startswith("_") and (p.suffix == ".py" or p.is_dir())
)
COMMAND: Any = typer.main.get_command(cli.app)

readmes = pytest.mark.parametrize("name", READMES)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands(command: Any = COMMAND, path: str = "mingzhang") -> list[tuple[str, Any]]:
    """Every command with its full name."""
    below = getattr(command, "commands", {})
    return [(path, command)] + [
        pair for name, sub in below.items() for pair in commands(sub, f"{path} {name}")
    ]


def options(command: Any) -> dict[str, Any]:
    """The options of one command by each of their spellings."""
    found = {"--help": None}
    for parameter in command.params:
        if parameter.param_type_name == "option":
            found |= dict.fromkeys([*parameter.opts, *parameter.secondary_opts], parameter)
    return found


def blocks(text: str) -> list[str]:
    return re.findall(r"^```[^\n]*\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def headings(text: str) -> list[int]:
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [len(marks) for marks in re.findall(r"^(#+) ", prose, flags=re.MULTILINE)]


def named(word: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


# --- the READMEs ------------------------------------------------------------------------------


@readmes
def test_every_command_is_named(name: str) -> None:
    text = text_of(name)
    ends = [full for full, command in commands() if not getattr(command, "no_args_is_help", False)]
    assert len(ends) > 5
    assert [full for full in ends if not named(full, text)] == []


@readmes
def test_every_option_is_named(name: str) -> None:
    text = text_of(name)
    every = {spelling for _, command in commands() for spelling in options(command)}
    assert {"--format", "--output", "--details", "--standards"} < every
    assert sorted(option for option in every if not named(option, text)) == []


@readmes
def test_every_value_of_an_option_is_named(name: str) -> None:
    text = text_of(name).lower()
    values = {str(v) for enum in (cli.ReportFormat, cli.FactFormat, cli.FailOn) for v in enum}
    known = {"text": ("text", "纯文本"), "table": ("table", "表格")}
    assert [v for v in values if not any(word in text for word in known.get(v, (v,)))] == []


@readmes
def test_every_exit_code_is_named(name: str) -> None:
    stated = {int(code) for code in re.findall(r"^\| (\d+) \|", text_of(name), flags=re.MULTILINE)}
    source = (PACKAGE / "cli" / "main.py").read_text(encoding="utf-8")
    literal = {int(code) for code in re.findall(r"sys\.exit\((\d+)\)", source)}
    assert stated == {0, cli.FOUND, cli.UNUSABLE, cli.INTERNAL} | literal


@readmes
def test_every_environment_variable_is_named(name: str) -> None:
    source = "\n".join(p.read_text(encoding="utf-8") for p in PACKAGE.rglob("*.py"))
    lines = [line for line in source.split("\n") if "environ" in line or "getenv" in line]
    variables = {v for line in lines for v in re.findall(r'"([A-Z][A-Z_]+)"', line)}
    assert "MINGZHANG_CACHE" in variables
    assert sorted(v for v in variables if not named(v, text_of(name))) == []


@readmes
def test_commands_shown_are_commands(name: str) -> None:
    """Each command line in a code block has only subcommands and options that are there."""
    lines = [line for block in blocks(text_of(name)) for line in block.split("\n")]
    shown = [line.split("#")[0] for line in lines if re.match(r"(\S*[\\/])?mingzhang\s", line)]
    assert len(shown) > 8
    wrong = []
    for line in shown:
        command, words = COMMAND, shlex.split(line.replace("\\", "/"))[1:]
        while words:
            word = words.pop(0)
            if word.startswith("-"):
                if word not in options(command):
                    wrong.append(f"{line.strip()}: {word}")
                    break
                option = options(command)[word]
                if option is not None and not option.is_flag:
                    words.pop(0)
            else:
                subcommand = getattr(command, "commands", {}).get(word)
                if subcommand is None and hasattr(command, "commands"):
                    wrong.append(f"{line.strip()}: {word}")
                    break
                command = subcommand or command
    assert wrong == []


def test_readmes_have_the_same_shape() -> None:
    one, other = (text_of(name) for name in READMES)
    assert headings(one) == headings(other)
    assert len(blocks(one)) == len(blocks(other))

    def code(text: str) -> list[str]:
        bare = (re.sub(r"\s*#.*", "", line) for block in blocks(text) for line in block.split("\n"))
        return [line for line in bare if line]

    assert code(one) == code(other)


def test_readmes_name_the_same_things() -> None:
    """What stands in backticks outside tables and code blocks is not translated."""
    marked = []
    for name in READMES:
        prose = re.sub(r"^(```.*?^```|\|[^\n]*)$", "", text_of(name), flags=re.MULTILINE | re.DOTALL)
        marked.append(set(re.findall(r"`([^`\n]+)`", prose)))
    assert marked[0] ^ marked[1] == set()


# --- all documents ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", DOCUMENTS)
def test_ids_in_documents_exist(name: str) -> None:
    library = api.library()
    standards = [library.standards(edition) for edition in library.editions]
    rules = {rule.id for rule in api.rules()}
    forms = {form for chain in standards for form in chain.forms}
    heads = {rule.split(".")[0] for rule in rules} | forms
    found = set(re.findall(r"(?<![\w./])([a-z_]+\.[a-z_]+)(?![\w/(]|\.\w)", text_of(name)))
    ends = {"md", "py", "yaml", "csv", "pdf", "txt", "json", "toml", "xlsx"}
    mentioned = {word for word in found if word.split(".")[0] in heads and word.split(".")[1] not in ends}
    assert mentioned - rules - set(library.concepts) == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_editions_in_documents_exist(name: str) -> None:
    found = set(re.findall(r"`((?:cn|hunan|shanghai)-\d{4})`", text_of(name)))
    assert found - set(api.library().editions) == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_in_documents_exist(name: str) -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", text_of(name))
    found = re.findall(r"`((?:docs|src|tests|benchmarks|requirements|\.ci)/[\w./*-]*)`", text_of(name))
    here = (ROOT / name).parent
    assert [path for path in linked if not (here / path).exists()] == []
    assert [path for path in found if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_on_the_map(room: str) -> None:
    assert re.search(rf"^\*\*`{re.escape(room)}`\*\* –", text_of("docs/map.md"), flags=re.MULTILINE)


def test_every_room_on_the_map_exists() -> None:
    mapped = re.findall(r"^\*\*`([^`]+)`\*\*", text_of("docs/map.md"), flags=re.MULTILINE)
    assert len(mapped) == len(set(mapped))
    assert set(mapped) - set(ROOMS) == set()


# --- the rules --------------------------------------------------------------------------------


def test_every_rule_says_what_why_and_how_much() -> None:
    for rule in api.rules():
        assert rule.says.strip() == rule.says != "", rule.id
        assert not rule.says.endswith("。"), rule.id
        assert rule.reference.strip() == rule.reference != "", rule.id
        assert rule.basis in {"law", "rule", "form", "practice"}, rule.id
        assert rule.severity in {"error", "warning", "notice"}, rule.id
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", rule.id), rule.id
        assert any("一" <= character <= "鿿" for character in rule.says), rule.id


def test_every_relation_has_its_examples() -> None:
    for rule in api.rules():
        if rule.expression:
            assert rule.passes, rule.id
            assert rule.fails, rule.id
            assert rule.passes != rule.fails, rule.id


def test_the_catalogue_documents_every_rule() -> None:
    shown = CliRunner().invoke(cli.app, ["rules", "--catalogue"])
    assert shown.exit_code == 0
    entries = dict(re.findall(r"^## (\S+)\n\n(.*?)(?=^## |\Z)", shown.stdout, re.MULTILINE | re.DOTALL))
    known = {rule.id: rule for rule in api.rules()}
    library = api.library()
    chains = [library.standards(edition) for edition in library.editions]
    assert set(known) == {
        id_ for chain in chains for id_ in [*chain.checks, *(r.id for r in chain.relations)]
    }
    assert entries.keys() == known.keys()
    for id_, entry in entries.items():
        rule = known[id_]
        wanted = {"规则": rule.says, "级别": rule.severity, "性质": rule.basis, "依据": rule.reference}
        if rule.expression:
            wanted |= {"表达式": rule.expression, "通过示例": rule.passes, "不通过示例": rule.fails}
        lines = dict(line.removeprefix("- ").split("：", 1) for line in entry.strip().splitlines())
        assert all(lines[label] == str(said) for label, said in wanted.items()), id_


def test_every_form_has_a_reference() -> None:
    library = api.library()
    for edition in library.editions:
        for form in library.standards(edition).forms.values():
            assert form.reference.strip(), form.id


@pytest.mark.parametrize("edition", list(api.library().editions))
def test_every_sheet_is_among_those_covered(edition: str) -> None:
    covered = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    missing = [sheet for sheet in api.library().standards(edition).sheets if f"`{sheet}`" not in covered]
    assert not missing, missing


def test_every_command_and_option_has_help() -> None:
    for full, command in commands():
        assert command.help, full
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert parameter.help, f"{full} {parameter.opts}"
