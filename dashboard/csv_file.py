"""A table as a file that a spreadsheet opens. No cell is taken for a formula, whoever typed it."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from fastapi import Response
from fastapi.responses import StreamingResponse

from helpline.spreadsheets import FORMULA

TYPE = "text/csv; charset=utf-8"


def csv_file(name: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The file, to be saved under a name."""
    return Response("".join(_written(heading, [rows])).encode(), media_type=TYPE, headers=_saved_as(name))


def long_csv_file(name: str, heading: Sequence[str], parts: Iterable[Iterable[Sequence[object]]]) -> Response:
    """The same of what may be long: a part of the rows goes before the next is asked for."""
    return StreamingResponse(_written(heading, parts), media_type=TYPE, headers=_saved_as(name))


def _saved_as(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}.csv"'}


def _written(heading: Sequence[str], parts: Iterable[Iterable[Sequence[object]]]) -> Iterator[str]:
    # The mark at the beginning tells older spreadsheets that names are in UTF-8.
    yield "\ufeff" + _lines([heading])
    for rows in parts:
        yield _lines([_cell(value) for value in row] for row in rows)


def _lines(rows: Iterable[Sequence[object]]) -> str:
    written = StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
