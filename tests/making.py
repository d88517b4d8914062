"""An executed notebook made by hand: what a report on customers' life cycle might publish."""

import datetime as dt
import io
import json

import matplotlib as mpl
import nbformat

from analysis.publish.palette import PALETTE
from analysis.publish.payload import (
    PublishedCell,
    PublishedCheck,
    PublishedColumn,
    PublishedFigure,
    PublishedFinding,
    PublishedInput,
    PublishedMark,
    PublishedMethod,
    PublishedMetric,
    PublishedTable,
    PublishedVerdict,
    ReportEnd,
    ReportHeader,
    mime_type,
)
from analysis.publish.style import canvas, settings

STAGES = (
    ("New", "新客户", 1240, 0.124, -0.004),
    ("Stable", "稳定", 6105, 0.611, 0.011),
    ("Declining", "衰退", 1480, 0.148, -0.002),
    ("Lost", "流失", 1175, 0.117, -0.005),
)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><path d="M 0 0 L 9 9"/></svg>'
"""The smallest drawing."""


def both(en, zh):
    return {"en": en, "zh": zh}


def same(text):
    return {"en": text, "zh": text}


def number(value, text):
    return PublishedCell(value=value, text=same(text))


def draw_svg(language):
    labels = [row[1] if language == "zh" else row[0] for row in STAGES]
    with mpl.rc_context(settings()):
        figure, (axes,) = canvas(height_inches=3.2)
        bars = axes.bar(labels, [100 * row[3] for row in STAGES], width=0.62, color=PALETTE[0])
        axes.errorbar(
            labels,
            [100 * row[3] for row in STAGES],
            yerr=[1.2, 1.6, 1.3, 1.1],
            fmt="none",
            ecolor=settings()["text.color"],
            capsize=3,
        )
        axes.bar_label(bars, [f"{row[3]:.1%}" for row in STAGES], padding=9)
        axes.set_ylabel("占客户的百分比" if language == "zh" else "Percent of customers")
        axes.margins(y=0.15)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def make_table(name="stages", **changes):
    rows = [
        (
            PublishedCell(value=en, text=both(en, zh)),
            number(count, f"{count:,}"),
            number(share, f"{share:.1%}"),
            number(change, f"{change * 100:+.1f}"),
        )
        for en, zh, count, share, change in STAGES
    ]
    rows.append(
        (
            PublishedCell(value="All", text=both("All customers", "全部客户")),
            number(10_000, "10,000"),
            number(1.0, "100.0%"),
            PublishedCell(value=None, text=both("withheld", "不予公布"), suppressed=True),
        )
    )
    fields = {
        "name": name,
        "caption": both(
            "Six in ten customers are stable, and their share grew by 1.1 points",
            "六成客户处于稳定阶段，占比上升 1.1 个百分点",
        ),
        "unit": "customers",
        "columns": (
            PublishedColumn(name="stage", title=both("Stage", "阶段"), numeric=False),
            PublishedColumn(name="n", title=both("Customers", "客户数"), numeric=True),
            PublishedColumn(name="share", title=both("Share", "占比"), numeric=True),
            PublishedColumn(
                name="change",
                title=both("Change in percentage points", "变动（百分点）"),
                numeric=True,
            ),
        ),
        "rows": tuple(rows),
        "total_rows": (4,),
        "notes": (both("Counts are rounded to 5.", "计数取整到 5。"),),
        "suppressed_cells": 1,
    }
    return PublishedTable(**{**fields, **changes})


MARKS = tuple(PublishedMark(x=90 + 110 * n, y=80, row=n, columns=(2,)) for n in range(4))
"""Where the figure's picture would show the share of each stage."""


def make_figure(name="stages", svg=None, **changes):
    fields = {
        "name": name,
        "caption": both(
            "Six in ten customers are stable; one in eight was lost",
            "六成客户处于稳定阶段，八分之一已流失",
        ),
        "alt": both(
            "Bar chart: 61.1% of customers are stable, 14.8% declining, 12.4% new, 11.7% lost.",
            "柱状图：稳定客户占 61.1%，衰退占 14.8%，新客户占 12.4%，流失占 11.7%。",
        ),
        "svg": svg or {language: draw_svg(language) for language in ("en", "zh")},
        "table": make_table(name=f"{name}-table"),
        "marks": dict.fromkeys(("en", "zh"), MARKS),
    }
    return PublishedFigure(**{**fields, **changes})


def make_metric(name, label, text, **changes):
    fields = {
        "name": name,
        "label": label,
        "definition": both(
            "Customers with at least one transaction in the last six months, of all customers.",
            "过去六个月内至少有一笔交易的客户占全部客户的比例。",
        ),
        "measure": "share",
        "unit": "customers",
        "value": 0.611,
        "low": 0.6,
        "high": 0.622,
        "confidence": 0.95,
        "n": 10_000,
        "suppressed": False,
        "text": text,
        "interval_text": both("60.0% to 62.2% (95% interval)", "60.0% 至 62.2%（95% 区间）"),
        "change_text": both("+1.1 percentage points", "+1.1 个百分点"),
        "change": 0.011,
        "change_low": 0.004,
        "change_high": 0.018,
        "trend": "better",
    }
    return PublishedMetric(**{**fields, **changes})


def make_finding(name="stable", **changes):
    fields = {
        "name": name,
        "statement": both(
            "The share of stable customers rose by 1.1 percentage points to 61.1%, more than "
            "chance would explain.",
            "稳定客户占比上升 1.1 个百分点，达到 61.1%，超出偶然波动的范围。",
        ),
        "strength": "conclusive",
        "action": both(
            "Keep the service plan of the stable tier and look at it again next quarter.",
            "维持稳定客户层级的服务方案，下季度复核。",
        ),
        "headline": True,
    }
    return PublishedFinding(**{**fields, **changes})


def make_header(**changes):
    fields = {
        "name": "report",
        "title": both("Customer life cycle", "客户生命周期"),
        "question": both(
            "At which stage are our customers, who moves, and what value is still to come?",
            "客户处于哪个阶段，谁在流动，未来还有多少价值？",
        ),
        "run": "sample",
        "run_title": both("Sample bank", "示例银行"),
        "period": "2025-Q4",
        "as_of": dt.date(2025, 12, 31),
        "previous_as_of": dt.date(2025, 9, 30),
        "scope": "bank",
        "scope_title": both("Whole bank", "全行"),
        "languages": ("en", "zh"),
        "parameters": {"confidence": 0.95, "dormant_after_months": 6, "run": "sample"},
        "disclosure": {"minimum_units": 10, "rounding_base": 5, "dominance_share": 0.85},
        "rules": (
            both(
                "Statistics on fewer than 10 customers are withheld.",
                "少于 10 位客户的统计不予公布。",
            ),
            both("Counts are rounded to 5.", "计数取整到 5。"),
        ),
    }
    return ReportHeader(**{**fields, **changes})


def make_input(name="transactions", **changes):
    fields = {
        "name": name,
        "title": both("Transactions", "交易"),
        "source": "data/sample-bank/transactions.parquet",
        "rows": 151_204,
        "rows_used": 151_180,
        "left_out": (both("24 rows have no customer.", "24 行没有客户编号。"),),
        "first_date": dt.date(2023, 1, 1),
        "last_date": dt.date(2025, 12, 31),
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "quality": (both("0.02% of rows lack a branch.", "0.02% 的行缺少网点。"),),
    }
    return PublishedInput(**{**fields, **changes})


def make_check(name, status="passed", **changes):
    fields = {
        "name": name,
        "label": both("The model's fit to repeat purchases", "模型对重复购买的拟合"),
        "status": status,
        "detail": both(
            "Expected and observed repeat purchases differ by 1.4%.",
            "预期与实际重复购买相差 1.4%。",
        ),
        "mandatory": False,
    }
    return PublishedCheck(**{**fields, **changes})


def make_verdict(**changes):
    fields = {
        "name": "verdict",
        "statement": both(
            "The bank keeps its customers: six in ten are stable, more than a quarter ago, and "
            "fewer are lost. New customers do not yet make up for those who leave.",
            "客户基础稳固：六成客户处于稳定阶段，较上季度上升，流失减少；但新增客户尚不足以弥补流失。",
        ),
        "strength": "conclusive",
    }
    return PublishedVerdict(**{**fields, **changes})


def markdown(source, *tags):
    return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)})


def output(payload):
    return nbformat.v4.new_output(
        "display_data",
        data={
            mime_type(payload.kind): payload.model_dump(mode="json"),
            "text/html": "<p>preview for the analyst</p>",
            "text/plain": "preview for the analyst",
        },
    )


def code(source, *payloads, stray=()):
    outputs = [*(output(payload) for payload in payloads), *stray]
    return nbformat.v4.new_code_cell(source, outputs=outputs, execution_count=1)


def make_end(cells):
    published = [
        f"{data['kind']}:{data['name']}"
        for cell in cells
        if cell.cell_type == "code"
        for each in cell.outputs
        for mime, data in each.get("data", {}).items()
        if mime.startswith("application/vnd.bank-assessment.")
    ]
    return ReportEnd(name="end", published=tuple(published))


def make_notebook(*cells, end=True):
    """Put cells together as a notebook, ids in order so that it is the same each time."""
    cells = list(cells)
    if end:
        cells.append(code("report.end()", make_end(cells)))
    for position, cell in enumerate(cells):
        cell["id"] = f"cell-{position}"
    return nbformat.v4.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})


def lifecycle_cells():
    svg = {language: draw_svg(language) for language in ("en", "zh")}
    return [
        markdown(
            "# Customer life cycle\n\nHow the relationship with each customer **develops**.", "en"
        ),
        markdown("# 客户生命周期\n\n每位客户与银行的关系如何**发展**。", "zh"),
        code(
            'run = "sample"\nconfidence = 0.95  # coverage of every interval\n',
            make_header(),
        ),
        markdown(
            "## At which stage are the customers?\n\nA customer is *stable* with a transaction in "
            "each of the last two quarters, and *lost* after six months without any.",
            "en",
        ),
        markdown(
            "## 客户处于哪个阶段？\n\n近两个季度均有交易的为*稳定*客户，"
            "连续六个月没有交易的为*流失*客户。",
            "zh",
        ),
        code(
            'stages = lifecycle.stages(report.table("transactions"))\nreport.show(stages)',
            make_finding(),
            make_metric("stable", both("Stable customers", "稳定客户占比"), same("61.1%")),
            make_metric(
                "lost",
                both("Customers lost in the quarter", "本季度流失客户"),
                same("1,175"),
                measure="count",
                value=1175.0,
                interval_text=both("", ""),
                change_text=same("−50"),
                change=-50.0,
                trend="better",
            ),
            make_metric(
                "value",
                both("Expected value to come, per customer", "每位客户的预期未来价值"),
                same("¥3,412"),
                measure="amount_cny",
                value=3412.0,
                interval_text=both(
                    "¥3,120 to ¥3,702 (95% interval)", "¥3,120 至 ¥3,702（95% 区间）"
                ),
                change_text=same("−¥96"),
                change=-96.0,
                trend="worse",
                n=None,
                unit="none",
            ),
            make_metric(
                "winback",
                both("Lost customers who came back", "流失后回归的客户"),
                both("withheld", "不予公布"),
                value=None,
                low=None,
                high=None,
                n=None,
                suppressed=True,
                change_text=both("", ""),
                change=None,
                change_low=None,
                change_high=None,
                trend="unknown",
            ),
            make_figure(svg=svg),
            make_table(),
            make_check("fit"),
            stray=[nbformat.v4.new_output("stream", name="stdout", text="STRAY on stdout")],
        ),
        markdown("## Who moves, and where to?", "en"),
        markdown("## 谁在流动，流向哪里？", "zh"),
        code(
            "report.show(lifecycle.movement(transactions))",
            make_finding(
                "decline",
                statement=both(
                    "Customers with a single product decline about twice as often as others.",
                    "只持有一种产品的客户，其衰退概率约为其他客户的两倍。",
                ),
                strength="suggestive",
                action=both(
                    "Offer a second product before month six.", "在第六个月之前推介第二种产品。"
                ),
            ),
            make_finding(
                "offer",
                statement=both(
                    "This data does not decide whether the autumn offer slowed the loss.",
                    "秋季优惠是否减缓了客户流失，现有数据尚不能判断。",
                ),
                strength="inconclusive",
                action=both("Hold out a random tenth next time.", "下次随机保留十分之一作为对照。"),
            ),
            make_figure("movement", svg=svg),
            make_check(
                "stable-rate",
                "failed",
                label=both("Purchase rate is steady over time", "购买频率随时间保持平稳"),
                detail=both(
                    "It fell by 8% in the last year; long-range expectations are too high.",
                    "过去一年下降了 8%；长期预期因此偏高。",
                ),
                mandatory=True,
            ),
            make_check(
                "season",
                "informational",
                label=both("Seasons", "季节性"),
                detail=both("December is 12% above the mean.", "十二月高于均值 12%。"),
            ),
            PublishedMethod(
                name="bg-nbd",
                title=both("BG/NBD model of repeat purchases", "BG/NBD 重复购买模型"),
                citation=(
                    "Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). Counting your customers "
                    "the easy way. Marketing Science 24(2), 275-284. "
                    "https://doi.org/10.1287/mksc.1040.0098"
                ),
                assumptions=(
                    both(
                        "Customers leave after a purchase, once and for all.",
                        "客户在一次购买之后永久离开。",
                    ),
                    both(
                        "Purchase rates differ between customers as a gamma.",
                        "购买频率在客户之间服从伽马分布。",
                    ),
                ),
            ),
            make_input(),
            make_input(
                "customers",
                title=both("Customers", "客户表"),
                rows=10_000,
                rows_used=10_000,
                left_out=(),
                quality=(),
                first_date=None,
                last_date=None,
            ),
            make_verdict(),
            stray=[
                nbformat.v4.new_output("execute_result", data={"text/plain": "STRAY result"}),
                nbformat.v4.new_output(
                    "error", ename="E", evalue="STRAY error", traceback=["STRAY"]
                ),
            ],
        ),
    ]


MANIFEST = {
    "schema": 1,
    "notebook": "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
    "lock": "7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730",
    "tables": {"transactions": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    "results": {},
    "modules": {
        "analysis/stages.py": "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d"
    },
    "python": "3.11.9",
    "libraries": {"duckdb": "1.5.1", "pandas": "3.0.2"},
    "started_at": "2026-01-07T08:15:30+00:00",
    "seconds": 41.25,
    "cell_seconds": [31.75],
    "peak_memory_bytes": 734_003_200,
}


def write_folder(folder, notebook, manifest=MANIFEST):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "notebook.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    if manifest is not None:
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


SHELF_TITLES = (
    both("Customer life cycle", "客户生命周期"),
    both("Competitor comparison", "竞争对手分析"),
    both("Incentive effectiveness", "激励效果"),
)


def write_shelf(reports, *, periods=3, scopes=4, kinds=3, broken=("q1", "report-0", "region:R2")):
    """Write a reports folder as several runs leave it: statuses and results, small pages."""
    for quarter in range(periods):
        entries = [
            _shelf_report(reports, quarter, kind, scope, broken)
            for kind in range(kinds)
            for scope in range(scopes)
        ]
        status = {
            "run": f"q{quarter}",
            "title": both("Made-up bank", "示例银行"),
            "period": f"{2020 + quarter // 4}-Q{1 + quarter % 4}",
            "as_of": f"{2020 + quarter // 4}-{3 + 3 * (quarter % 4):02}-28",
            "follows": f"q{quarter - 1}" if quarter else None,
            "home": "../",
            "languages": ["en", "zh"],
            "reports": entries,
        }
        (reports / f"q{quarter}").mkdir(parents=True, exist_ok=True)
        (reports / f"q{quarter}" / "status.json").write_text(json.dumps(status), encoding="utf-8")
    return reports


def _shelf_report(reports, quarter, kind, scope, broken):
    name = f"report-{kind}"
    where = "bank" if scope == 0 else f"region:R{scope}"
    slug = where.replace(":", "-").lower()
    title = SHELF_TITLES[kind % len(SHELF_TITLES)]
    entry = {"report": name, "scope": where, "folder": f"{name}/{slug}", "title": title}
    if (f"q{quarter}", name, where) == broken:
        return {**entry, "status": "failed", "reason": "The kernel died."}
    value = 0.6 + 0.01 * quarter - 0.02 * scope
    header = make_header(
        title=title,
        scope=where,
        scope_title=both("Whole bank", "全行") if scope == 0 else same(f"R{scope}"),
    )
    findings = [
        make_finding(
            f"finding-{number}",
            statement=both(
                f"Share {number} of group {scope} is {value:.1%} in quarter {quarter}, "
                f"report {kind}.",
                f"第 {quarter} 季度第 {scope} 组的占比 {number} 为 {value:.1%}（报告 {kind}）。",
            ),
        )
        for number in range(6)
    ]
    metrics = [
        make_metric(
            f"metric-{number}",
            both(f"Key share {number}", f"关键占比 {number}"),
            same(f"{value:.1%}"),
            value=value,
            low=value - 0.01,
            high=value + 0.01,
        )
        for number in range(5)
    ]
    results = {
        "report": header.model_dump(mode="json"),
        "verdict": make_verdict().model_dump(mode="json"),
        "findings": [each.model_dump(mode="json") for each in findings],
        "metrics": [each.model_dump(mode="json") for each in metrics],
        "figures": [],
        "tables": [make_table(f"table-{n}").model_dump(mode="json") for n in range(6)],
    }
    folder = reports / f"q{quarter}" / name / slug
    folder.mkdir(parents=True)
    (folder / "results.json").write_text(json.dumps(results, ensure_ascii=False), encoding="utf-8")
    for language in ("en", "zh"):
        (folder / f"report.{language}.html").write_text(f"<!DOCTYPE html><title>{name}</title>")
    return {**entry, "status": "published"}
