"""How an output looks in JupyterLab: plain HTML in the analyst's language, escaped."""

from __future__ import annotations

import base64
from html import escape

from analysis.publish.payload import (
    AnyPayload,
    PublishedCheck,
    PublishedFigure,
    PublishedFinding,
    PublishedMetric,
    PublishedTable,
    PublishedVerdict,
)
from analysis.text import Language


def preview_html(payload: AnyPayload, language: Language) -> str:
    """Show a payload to the analyst who runs the notebook by hand."""
    match payload:
        case PublishedVerdict() | PublishedFinding():
            return f"<p><strong>{escape(payload.statement[language])}</strong></p>" + (
                f"<p>→ {escape(payload.action[language])}</p>"
                if isinstance(payload, PublishedFinding)
                else ""
            )
        case PublishedMetric():
            return (
                f"<p>{escape(payload.label[language])}: <strong>{escape(payload.text[language])}"
                f"</strong> {escape(payload.interval_text[language])}</p>"
            )
        case PublishedTable():
            return _table_html(payload, language)
        case PublishedFigure():
            return _figure_html(payload, language)
        case PublishedCheck():
            return (
                f"<p>{payload.status.value}: {escape(payload.label[language])} – "
                f"{escape(payload.detail[language])}</p>"
            )
        case _:
            return f"<p><small>{payload.kind}: {escape(payload.name)}</small></p>"


def preview_text(payload: AnyPayload, language: Language) -> str:
    """Say a payload in one line, for a terminal."""
    match payload:
        case PublishedVerdict() | PublishedFinding():
            return payload.statement[language]
        case PublishedMetric():
            return f"{payload.label[language]}: {payload.text[language]}"
        case PublishedTable() | PublishedFigure():
            return payload.caption[language]
        case _:
            return f"{payload.kind}: {payload.name}"


def _figure_html(figure: PublishedFigure, language: Language) -> str:
    """Show a figure as an image: JupyterLab drops SVG elements from outputs that it did not run."""
    data = base64.b64encode(figure.svg[language].encode()).decode()
    return (
        f'<figure><img src="data:image/svg+xml;base64,{data}" alt="{escape(figure.alt[language])}">'
        f"<figcaption>{escape(figure.caption[language])}</figcaption></figure>"
    )


def _table_html(table: PublishedTable, language: Language) -> str:
    head = "".join(f"<th>{escape(column.title[language])}</th>" for column in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell.text[language])}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    return (
        f"<table><caption>{escape(table.caption[language])}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
