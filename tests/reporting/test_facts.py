"""Facts and documents as files for other programs."""

from __future__ import annotations

import csv
import io
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mingzhang import api
from mingzhang.cli import main as cli
from mingzhang.reporting.csv import facts_csv
from mingzhang.reporting.json import document_json, facts_json
from mingzhang.samples import FORMATS


@pytest.fixture(scope="module")
def reading(samples: Path) -> api.Reading:
    return api.read(samples / "flawed")


def test_every_fact_names_its_file(reading: api.Reading) -> None:
    data = json.loads(facts_json(reading))
    assert [f".{d['format']}" for d in data["documents"]] == list(FORMATS)
    assert all(len(d["sha256"]) == 64 for d in data["documents"])
    assert {fact["location"]["document"] for fact in data["facts"]} == set(range(len(FORMATS)))
    rows = list(csv.DictReader(io.StringIO(facts_csv(reading).decode("utf-8-sig"), newline="")))
    assert {row["file"] for row in rows} == {d["path"] for d in data["documents"]}
    assert len(rows) == len(data["facts"]) == len(reading)


def test_parquet(reading: api.Reading) -> None:
    pytest.importorskip("pyarrow")
    from pyarrow import parquet

    from mingzhang.reporting.parquet import facts_parquet

    table = parquet.read_table(io.BytesIO(facts_parquet(reading)))
    rows: list[dict[str, Any]] = table.to_pylist()
    assert len(rows) == len(reading)
    for row, fact in zip(rows, reading):
        assert (row["concept"], dict(row["dimensions"])) == (fact.concept, dict(fact.dimensions))
        assert row["value"] == fact.amount.base_value
        assert isinstance(row["value"], Decimal)
        assert (row["printed"], row["unit"], row["decimals"]) == (
            fact.printed,
            fact.amount.unit,
            fact.amount.decimals,
        )
        assert (row["table"], row["row"], row["column"]) == fact.key
        assert (row["page"], row["line"]) == (fact.place.page, fact.place.line)
        file = reading.files[fact.document]
        assert (row["path"], row["sha256"]) == (file.path, file.sha256)
        assert row["bbox"] == (list(fact.place.bbox) if fact.place.bbox else None)


def test_parquet_on_the_command_line(samples: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    target = tmp_path / "facts.parquet"
    arguments = ["read", str(samples / "clean"), "--format", "parquet", "-o", str(target)]
    assert CliRunner().invoke(cli.app, arguments).exit_code == 0
    assert target.read_bytes()[:4] == target.read_bytes()[-4:] == b"PAR1"


def test_parquet_is_not_shown_on_a_terminal(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.setattr("typer.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)
    result = CliRunner().invoke(cli.app, ["read", str(samples / "clean"), "--format", "parquet"])
    assert result.exit_code == 2
    assert "请用 -o 指定要写入的文件" in result.stderr


def test_without_pyarrow(samples: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    arguments = ["read", str(samples / "clean"), "--format", "parquet", "-o", str(tmp_path / "a")]
    result = CliRunner().invoke(cli.app, arguments)
    assert result.exit_code == 2
    assert 'pip install "mingzhang[parquet]"' in result.stderr
    assert list(tmp_path.iterdir()) == []


# --- documents --------------------------------------------------------------------------------


def test_document_as_seen(samples: Path) -> None:
    documents, _ = api.read_documents(samples / "clean")
    data = json.loads(document_json(documents))
    assert data["schema"] == "mingzhang.document/1"
    for seen, document in zip(data["documents"], documents, strict=True):
        assert list(seen) == ["path", "sha256", "format", "pages", "notes", "blocks", "furniture"]
        tables = [block for block in seen["blocks"] if block["type"] == "table"]
        assert [[cell["text"] for cell in table["cells"]] for table in tables] == [
            [cell.text for cell in table.cells] for table in document.tables()
        ]
        texts = [block["text"] for block in seen["blocks"] if block["type"] == "paragraph"]
        assert texts == [paragraph.text for paragraph in document.paragraphs()]
        cell = tables[0]["cells"][0]
        assert {"row", "column", "rowspan", "colspan", "text", "place", "unknown"} <= set(cell)
        assert cell["place"].keys() & {"page", "line", "paragraph", "sheet"}


def test_document_on_the_command_line(clean: Path, tmp_path: Path) -> None:
    path = str(clean)
    plain = CliRunner().invoke(cli.app, ["read", path, "--document"])
    assert plain.exit_code == 0
    asked = CliRunner().invoke(cli.app, ["read", path, "--document", "--format", "json"])
    assert asked.stdout == plain.stdout
    refused = CliRunner().invoke(cli.app, ["read", path, "--document", "--format", "csv"])
    assert refused.exit_code == 2
    assert "--document 只输出JSON" in refused.stderr
