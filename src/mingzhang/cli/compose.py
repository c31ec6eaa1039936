"""``mingzhang new``, ``compose`` and ``reasons``: a project made, its disclosure written, what it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingzhang import api
from mingzhang.cli.output import fail, progress_bar, protect
from mingzhang.projects.project import FIGURES, UNIT

if TYPE_CHECKING:
    from mingzhang.disclosures import Draft, Outcome
    from mingzhang.projects.missing import Due
    from mingzhang.takeovers import Taken

REFUSED = 1
_FORMATS = ("docx", "pdf", "xlsx", "html", "txt")
_DOCUMENTS = ("disclosure", "report", "special_report", "notice")
_SEVERITIES = {"error": "错误", "warning": "警告", "notice": "提示"}
_SHOWN = 40
_QUOTED = 80
_OF_FIGURE = 4
"""The parts of a subject that is a figure: what is wrong with it, and its address."""

Overlay = Annotated[Path | None, typer.Option("--standards", help="叠加的标准目录（本地格式、规则）。")]
Archive = Annotated[
    Path | None, typer.Option("--archive", help="从这个归档文件夹取上年数，代替 unit.yaml 的 archive。")
]
Folder = Annotated[Path, typer.Argument(help="项目文件夹。", metavar="PROJECT")]


def new(
    folder: Annotated[Path, typer.Argument(help="新项目的文件夹。", metavar="FOLDER")],
    name: Annotated[str | None, typer.Option("--name", help="单位或部门的全称。")] = None,
    year: Annotated[int | None, typer.Option("--year", min=2000, max=2100, help="决算年度。")] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", help="由这份已有的决算公开（文件、文件夹或压缩包）取出数字和文字。"),
    ] = None,
    edition: Annotated[str | None, typer.Option("--edition", help="指定格式版本，例如 hunan-2022。")] = None,
    archive: Archive = None,
    standards: Overlay = None,
) -> None:
    """新建一个项目：填写数字的工作簿和填写文字的文件。"""
    if source is not None:
        taken = api.project_from(folder, source, name=name, year=year, edition=edition, standards=standards)
        tell_taken(taken)
        files = taken.files
    elif name and year:
        files = api.new_project(folder, name, year, edition=edition, archive=archive, standards=standards)
    else:
        fail("新建空白的项目，请用 --name 和 --year 写明单位全称和决算年度；由已有的文件新建，用 --from。")
    for path in files:
        typer.echo(f"已写出“{path}”。")
    typer.echo(f"填好以后，用 mingzhang compose {folder} --output 文件夹 生成公开文件。")


def compose(
    project: Folder,
    output: Annotated[Path, typer.Option("--output", "-o", help="写入这个文件夹。")],
    format: Annotated[
        str | None,
        typer.Option("--format", help="要写的格式，用逗号分开：docx（默认）、pdf、xlsx、html、txt。"),
    ] = None,
    document: Annotated[
        str,
        typer.Option(
            "--document",
            help="成文的文件：disclosure（决算公开，含自评报告）、report（自评报告）、"
            "special_report（各项目的专项资金自评报告）、notice（自评通知）。",
        ),
    ] = "disclosure",
    template: Annotated[
        Path | None,
        typer.Option("--template", help="按这个Word或Excel模板填写，写出同样格式的文件。", metavar="FILE"),
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="有缺漏或错误时也写出，每页注明是草稿，缺漏处标明。")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, max=64, help="同时用几个进程；项目多时默认每个处理器一个。")
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous",
            help="上年的决算公开：还没有写的文字先沿用上年的，逐段核对。",
        ),
    ] = None,
    overview: Annotated[
        bool, typer.Option("--overview", help="另写一页概览（图）：PDF和网页各一份。")
    ] = False,
    archive: Archive = None,
    standards: Overlay = None,
) -> None:
    """由数字和文字生成整套决算公开文件，或其中一份报告、通知；给出装有多个项目的文件夹时，逐个生成。"""
    if template is not None and format is not None:
        fail("按模板填写时写出与模板同样格式的文件，不能与 --format 一起使用。")
    asked = "docx" if format is None else format
    formats = list(dict.fromkeys(part.strip().lower() for part in asked.split(",") if part.strip()))
    unknown = [part for part in formats if part not in _FORMATS]
    if unknown or not formats:
        fail(f"不能写“{'、'.join(unknown)}”格式，可用：{'、'.join(_FORMATS)}。")
    if document not in _DOCUMENTS:
        fail(f"不能写“{document}”，可用：{'、'.join(_DOCUMENTS)}。")
    if template is not None and document != _DOCUMENTS[0]:
        fail("--template 只用于决算公开，不能与 --document 一起使用。")
    if output.exists() and not output.is_dir():
        fail(f"“{output}”是文件，不是文件夹；请用 --output 另指定一个文件夹。")
    many = api.projects(project)
    if many and previous is not None:
        fail("--previous 只用于一个项目；请分别生成，各用自己上年的文件。")
    if many:
        with progress_bar("正在生成") as progress:
            outcomes = api.compose_all(
                many,
                output=output,
                document=document,
                formats=formats,
                as_draft=draft,
                with_overview=overview,
                archive=archive,
                template=template,
                standards=standards,
                jobs=jobs,
                progress=progress,
            )
        _tell_all(outcomes, output)
        return
    done = api.compose(
        project,
        document=document,
        formats=formats,
        output=output,
        as_draft=draft,
        previous=previous,
        with_overview=overview,
        archive=archive,
        template=template,
        standards=standards,
    )
    tell(done)
    for path in done.files:
        typer.echo(f"已写出“{path}”。")
    if not done.files:
        fail("没有生成：请先补齐、改正以上内容；要先看草稿，加 --draft。", REFUSED)


def _tell_all(outcomes: Sequence[Outcome], output: Path) -> None:
    """A line for each project that was not written, or only as a draft."""
    written = [one for one in outcomes if one.files]
    for one in outcomes:
        if one.fault:
            typer.echo(one.fault, err=True)
        elif one.gaps or one.errors:
            state = "写成草稿" if one.files else "没有生成"
            typer.echo(f"“{one.folder}”{state}：缺{one.gaps}处，错误{one.errors}条。")
        for note in one.notes:
            typer.echo(f"注意：“{one.folder}”{note}", err=True)
    typer.echo(f"{len(outcomes)}个项目，生成{len(written)}个，在“{output}”中。")
    if len(written) < len(outcomes):
        typer.echo("缺什么、错在哪里，用 mingzhang compose 加上那个项目的文件夹查看。")
        raise typer.Exit(REFUSED)


def overview(
    source: Annotated[Path, typer.Argument(help="决算公开文件，或项目文件夹。", metavar="SOURCE")],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="写入这个文件，按后缀定格式：pdf、html（图），docx、xlsx、txt（文字）。"
        ),
    ],
    standards: Overlay = None,
) -> None:
    """把一份决算画成一页概览：收支、用途、预决算、“三公”经费、执行率和得分。"""
    if output.suffix.lower().lstrip(".") not in _FORMATS:
        fail(f"不能写“{output.suffix}”格式，可用：{'、'.join(_FORMATS)}。")
    protect({"-o": output}, [source, *(source / name for name in (UNIT, FIGURES))])
    page = api.overview(source, output, standards=standards)
    if page.banner:
        typer.echo(f"{page.banner}；概览也这样注明。用 mingzhang compose 查看缺漏和错误。")
    typer.echo(f"已写出“{output}”。")


def reasons(project: Folder, archive: Archive = None, standards: Overlay = None) -> None:
    """列出还没有写的原因，以及成文后的句子；给出装有多个项目的文件夹时，逐个列出。"""
    many = api.projects(project)
    complete = True
    for folder in many or [project]:
        if many:
            typer.echo(f"“{folder}”：")
        try:
            complete &= _tell_reasons(api.compose(folder, archive=archive, standards=standards))
        except api.UnreadableError as error:
            if not many:
                raise
            typer.echo(str(error), err=True)
            complete = False
    if not complete:
        raise typer.Exit(REFUSED)


def _tell_reasons(done: Draft) -> bool:
    """The reasons that are missing; whether there are none."""
    if not done.project.has_tables:
        typer.echo("各张决算表还没有数字，看不出要写哪些原因；请先填写 figures.xlsx。")
        return False
    missing = done.missing("reason")
    tell_missing(missing)
    if not missing:
        typer.echo("原因都写了。")
    if any(gap.kind == "figure" for gap in done.gaps):
        typer.echo("还有数字没有填写，填好后可能还要写别的原因；用 mingzhang compose 查看。")
    return not missing


def tell_taken(taken: Taken) -> None:
    """What was taken from a disclosure, what comes out differently and what found no place."""
    contents, found = taken.contents, taken.likeness
    typer.echo(
        f"{contents.entity}，{contents.year}年度{contents.scope}决算（{taken.standards.edition.title}）"
    )
    typer.echo(f"表格数字{found.tables}个，成文后相同{found.same_tables}个；")
    typer.echo(f"正文数字{found.text}个，成文后相同{found.same_text}个。")
    for each in found.recomputed:
        what, not_taken, used = taken.decided(each)
        typer.echo(f"两处不同：{what}\n    没有采用：{not_taken}\n    采用：{used}")
    for each in found.missing[:_SHOWN]:
        what = taken.called(each.key)
        typer.echo(f"没有沿用：{what}，原文（{each.place.describe()}）写{each.printed[:_QUOTED]}。")
    _more(found.missing)
    for text in taken.left[:_SHOWN]:
        typer.echo(f"没有沿用的文字：{text[:_QUOTED]}")
    _more(taken.left)
    for note in taken.notes:
        typer.echo(f"说明：{note}")
    if taken.lacks:
        typer.echo(f"还有{taken.lacks}处需要补充；用 mingzhang compose 查看。")


def _more(listed: Sequence[object]) -> None:
    if len(listed) > _SHOWN:
        typer.echo(f"    另有{len(listed) - _SHOWN}处。")


def tell(done: Draft) -> None:
    """What was worked out, what is missing and what is wrong."""
    project = done.project
    for note in (*project.notes, *done.notes):
        typer.echo(f"注意：{note}", err=True)
    for one in project.corrections:
        if one.reason:
            typer.echo(one.message)
    for key, text in project.completed.items():
        typer.echo(f"合计已算出：{done.called(key)} = {text}{done.standards.forms[key[0]].unit}")
    if done.uncompared:
        lacks = len(done.uncompared)
        said = f"注意：有{lacks}个上年数没有填写，正文没有与上年比较这{lacks}项；上年没有的请填0。"
        typer.echo(said, err=True)
        tell_missing(done.missing_last_year(), err=True)
    tell_missing(done.missing())
    for each in done.carried:
        figures = "，其中的数字是上年的" if each.has_figures else ""
        typer.echo(f"沿用上年的文字，请核对后写入 unit.yaml 的 texts：{each.name}{figures}")
        for line in each.text.splitlines():
            typer.echo(f"    {line}")
    for found in done.findings:
        typer.echo(f"{_SEVERITIES[found.severity]}：{found.message}")
        source = _source(done, found.subject)
        if source:
            typer.echo(f"    数字在{source}。")


def _source(done: Draft, subject: tuple[str, ...]) -> str:
    """Where the figure that a finding is about stands in the project; empty where it is about none."""
    if len(subject) < _OF_FIGURE:
        return ""
    _, section, row, measure = subject[:_OF_FIGURE]
    return done.project.sources.get((section, row, measure), "")


def tell_missing(missing: Mapping[str, Sequence[Due]], err: bool = False) -> None:
    """What is to be filled in, place by place."""
    for place, dues in missing.items():
        typer.echo(f"请填写{place}（{len(dues)}处）：", err=err)
        for due in dues:
            typer.echo(f"    {'：'.join(filter(None, (due.at, due.what)))}", err=err)
            if due.sentence:
                typer.echo(f"        {due.sentence}", err=err)
