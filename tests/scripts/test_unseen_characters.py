"""A control character in a group's spreadsheet is a refused line: PostgreSQL keeps no NUL, and nobody would find the name."""

from pathlib import Path

import pytest

from tests.scripts.test_mistakes import said


@pytest.mark.parametrize("unseen", ["\0", "\x07", "\x7f", "\x85\x9b"])
@pytest.mark.parametrize(
    ("kind", "heads", "line", "column"),
    [
        ("streets", "street,patch", "Aca{}cia Road,Acacia", "street"),
        ("streets", "street,patch", "Acacia Road,Aca{}cia", "patch"),
        ("people", "name,phone,hats", "Ha{}na,07700 900101,handler", "name"),
        ("shifts", "phone,start,end", "07700{} 900101,2026-11-23 10:00,2026-11-23 13:00", "phone"),
    ],
)
def test_a_line_with_a_character_that_cannot_be_seen_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unseen: str, kind: str, heads: str, line: str, column: str
) -> None:
    monkeypatch.chdir(tmp_path)
    there = {"DATABASE_URL": "sqlite:///ward.db"}
    assert said("migrate", **there)[0] == 0
    (tmp_path / "table.csv").write_text(f"{heads}\n{line.format(unseen)}\n", encoding="utf-8")

    code, sentence = said("import", kind, "table.csv", **there)

    assert code == 1
    assert sentence.startswith(
        f"line 2: The {column} holds a character that cannot be seen; type it again.\nNothing was"
    )
