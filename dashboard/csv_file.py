"""A table as a file that a spreadsheet opens. No cell is taken for a formula, whoever typed it."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from fastapi import Response

from helpline.spreadsheets import FORMULA


def csv_file(name: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The file, to be saved under a name."""
    written = StringIO()
    lines = csv.writer(written)
    lines.writerow(heading)
    lines.writerows([_cell(value) for value in row] for row in rows)
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    # The mark at the beginning tells older spreadsheets that names are in UTF-8.
    return Response(f"\ufeff{written.getvalue()}".encode(), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
