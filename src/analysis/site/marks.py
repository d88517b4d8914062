"""Where a reader can read values off a figure: places in its picture, cells of its table."""

from __future__ import annotations

from analysis.publish.payload import PublishedFigure
from analysis.text import Language


def write_marks(figure: PublishedFigure, language: Language) -> str:
    """Write the places of a picture that show cells of the figure's table, for the page's script.

    The script shows the cells' texts as the table beside the figure has them, so nothing
    is told that does not stand there too.

    Returns
    -------
    str
        ``x,y,row,column[,column]`` for each, with spaces between; empty where there is
        none, as in reports of an earlier version.

    Examples
    --------
    >>> from types import SimpleNamespace as Made
    >>> mark = Made(x=12.5, y=30.0, row=0, columns=(1,))
    >>> table = Made(rows=((None, None),), columns=(None, None))
    >>> write_marks(Made(marks={"en": (mark,)}, table=table), "en")
    '12.5,30,0,1'
    """
    rows, columns = len(figure.table.rows), len(figure.table.columns)
    return " ".join(
        ",".join([f"{mark.x:g}", f"{mark.y:g}", str(mark.row), *map(str, mark.columns)])
        for mark in figure.marks.get(language, ())
        if 0 <= mark.row < rows and all(0 <= column < columns for column in mark.columns)
    )
