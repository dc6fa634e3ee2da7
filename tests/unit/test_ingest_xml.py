"""Rows from the blocks of an XML file: the same as a plain tree walk finds, however the file is written and cut."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from area.errors import ContractError, FileRefusedError
from ingest.contract.model import Contract, Field, Table
from ingest.formats import SourceFile, xml_blocks, xml_survey
from ingest.formats.xml_blocks import read_blocks
from ingest.formats.xml_layout import Block, Layout
from ingest.formats.xml_survey import survey
from tests.support.ingest_files import csv_contract

LAYOUT = Layout(
    root="Zoo",
    record="Pens/Pen",
    needed=("About",),
    blocks=(
        Block("pen", inside=("About",)),
        Block("animal", "Animal", above={"pen": "About/Name"}, numbers={"number": "Animal"}),
        Block(
            "meal", "Animal/Meals/Meal", own_text="food", above={"kind": "Animal/Kind"}, numbers={"number": "Animal"}
        ),
    ),
)
TABLES = (
    Table("pen", ("name",), (Field("name", "Name", "text"), Field("size", "Size", "text", also=("Width",)))),
    Table("animal", ("pen",), (Field("pen", "x", "text"), Field("number", "x", "text"), Field("kind", "Kind", "text"))),
    Table("meal", ("kind",), (Field("kind", "x", "text"), Field("number", "x", "text"), Field("food", "x", "text"))),
)


def contract(tables: tuple[Table, ...] = TABLES) -> Contract:
    found = csv_contract()
    return Contract(**{**found.__dict__, "tables": tables, "format": {"kind": "xml"}})


def rows(content: str | bytes, tables: tuple[Table, ...] = TABLES) -> dict[str, list[tuple[Any, ...]]]:
    """Every table's rows; of bad ones number, reason and field."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "zoo.xml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        file = SourceFile(path, "zoo.xml", contract(tables))
        found: dict[str, list[tuple[Any, ...]]] = {table.name: [] for table in tables}
        for batch in read_blocks(file, LAYOUT, survey(file, LAYOUT)):
            cells = [tuple(row.values()) for row in batch.cells.to_pylist()]
            texts = batch.originals(list(range(len(cells))))
            assert all(text.startswith("<") and text.endswith(">") for text in texts)
            found[batch.table.name] += (
                zip(batch.rows.to_pylist(), *zip(*cells, strict=True), strict=True) if cells else []
            )
            found[batch.table.name] += [(bad.row, bad.reason, bad.field) for bad in batch.bad]
        return found


def walked(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """The same by walking the tree."""
    parser = etree.XMLParser(remove_comments=True, remove_pis=True)
    found: dict[str, list[tuple[Any, ...]]] = {"pen": [], "animal": [], "meal": []}
    for pen in etree.fromstring(content, parser).iterfind("Pens/Pen"):
        name = text(pen.find("About/Name"))
        found["pen"].append((name, text(pen.find("About/Size")) or text(pen.find("About/Width"))))
        for number, animal in enumerate(pen.iterfind("Animal"), start=1):
            kind = text(animal.find("Kind"))
            found["animal"].append((name, str(number), kind))
            found["meal"] += [(kind, str(number), text(meal)) for meal in animal.iterfind("Meals/Meal")]
    return found


def text(element: Any) -> str | None:
    return None if element is None else (element.text or "").strip() or None


words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=8)
between = st.sampled_from(["", "\n", "  ", "<!-- <Pen> & -->", "<?note <Animal> ?>", "\r\n", "<!--\n\n-->"])


@st.composite
def leaf(draw: st.DrawFn, tag: str) -> str:
    value = draw(words)
    how = draw(st.sampled_from(["escaped", "cdata", "numbered", "split"]))
    inner = value.replace("&", "&amp;").replace("<", "&lt;")
    if how == "cdata" and "]]>" not in value:
        inner = f"<![CDATA[{value}]]>"
    elif how == "numbered":
        inner = "".join(f"&#{ord(letter)};" if letter != " " else " " for letter in value)
    elif how == "split":
        inner = f"<!-- x -->{inner}<?y?>"
    dress = draw(st.sampled_from(["", ' a="1"', " a='>' b=\"'\"", "\n"]))
    inner = inner.replace("]]>", "]]&gt;") if how != "cdata" else inner
    return f"<{tag}{dress}>{draw(between)}{inner}</{tag} >" if value else f"<{tag}{dress}/>"


@st.composite
def zoo(draw: st.DrawFn) -> str:
    pens = []
    for _ in range(draw(st.integers(0, 5))):
        animals = "".join(
            f"<Animal>{draw(between)}{draw(leaf('Kind'))}<Meals>"
            + draw(between).join(draw(st.lists(leaf("Meal"), max_size=3)))
            + f"</Meals><Other><Deep>{draw(words).translate(str.maketrans('', '', '<>&'))}</Deep></Other></Animal>"
            for _ in range(draw(st.integers(0, 3)))
        )
        size = draw(st.sampled_from(["Size", "Width"]))
        pens.append(
            f"<Pen><About>{draw(leaf('Name'))}{draw(leaf(size))}</About>{draw(between)}{animals}</Pen>{draw(between)}"
        )
    head = '<?xml version="1.0" encoding="utf-8"?>\n<Zoo><Header><Of>x</Of></Header><Pens>'
    return head + "".join(pens) + "</Pens></Zoo>\n"


@settings(max_examples=80, deadline=None)
@given(zoo(), st.sampled_from([40, 300, 4_000_000]), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_rows_are_those_of_a_tree_walk(content: str, piece: int, encoding: str) -> None:
    data = content.replace('"utf-8"', f'"{encoding.removesuffix("-sig")}"', 1).encode(encoding)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(xml_blocks, "PIECE", piece)
        patched.setattr(xml_survey, "CHUNK", max(piece // 2, 64))
        found = rows(data)
    assert {name: [row[1:] for row in each] for name, each in found.items()} == walked(data)
    for name, each in found.items():
        numbers = [row[0] for row in each]
        assert numbers == sorted(set(numbers)), name


PEN = "<Pen>\n<About><Name>A</Name></About>\n<Animal>\n<Kind>Cat</Kind>\n</Animal>\n</Pen>\n"


def document(pens: str) -> str:
    return f"<Zoo><Pens>\n{pens}</Pens></Zoo>"


def test_rows_have_the_line_of_their_element_whatever_is_cut_out_before_it() -> None:
    content = document(
        "<!-- a\nb\n-->" + PEN + "<?x\ny?>" + PEN.replace("Name>A", "Name>B", 1).replace("/Name>", "/Name>")
    )
    lines = content.split("\n")
    found = rows(content)
    assert ["<Pen>" in lines[row[0] - 1] for row in found["pen"]] == [True, True]
    assert ["<Animal>" in lines[row[0] - 1] for row in found["animal"]] == [True, True]


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        (PEN.replace("<Name>A</Name>", "<Name>A</Name><Name>B</Name>"), "Name"),
        (PEN.replace("A</Name>", "<Deep/></Name>"), "Name"),
        (PEN.replace("<About><Name>A</Name></About>", ""), "About"),
        (PEN.replace("</About>", "</About><About/>"), "About"),
        (PEN.replace("<Kind>Cat</Kind>", "<Pen/>"), "Pen"),
        (PEN.replace("<Kind>Cat</Kind>", "<Kind>Cat</Kind><Kind/>"), "Kind"),
    ],
)
def test_a_record_that_cannot_be_read_gives_bad_rows_only(broken: str, field: str) -> None:
    found = rows(document(PEN + broken + PEN))
    assert [row[1:] for row in found["pen"]] == [("A", None), ("A", None), ("BAD_ELEMENT", field)] or [
        row[1:] for row in found["pen"]
    ] == [("A", None), ("BAD_ELEMENT", field), ("A", None)]
    assert sum(row[1] == "BAD_ELEMENT" for row in found["animal"]) == 1
    assert len(found["animal"]) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (document("<Pen>" * 200 + "</Pen>" * 200), "nested deeper"),
        ('<?xml version="1.0" encoding="klingon"?><Zoo/>', "another encoding"),
        (document("<Pen><About><Name>" + "x" * 10_500_000 + "</Name></About></Pen>"), "more than 10,000,000"),
        (document("<Pen>" + "<Animal/>" * 1_300_000 + "</Pen>"), "more than 10,000,000"),
        ("<Zoo><!-- " + "x" * 11_000_000, "more than 10,000,000"),
        (document(PEN) + "<Zoo/>", "not well formed"),
    ],
    ids=["deep", "encoding", "text", "record", "comment", "two roots"],
)
def test_what_cannot_be_read_in_bounded_memory_is_refused(content: str, said: str) -> None:
    with pytest.raises(FileRefusedError, match=said):
        rows(content)


@pytest.mark.parametrize("piece", [60, 4_000_000])
def test_elements_nobody_reads_are_named_with_the_rows_they_stand_in(
    piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_blocks, "PIECE", piece)
    new = (
        PEN.replace("<About>", "<About><Owner>Somebody</Owner>")
        .replace("<Kind>", '<z:Colour of="x">Red</z:Colour><Meals><Drink/></Meals><Name>Ada</Name><Kind>')
        .replace("</Pen>", "<Keeper><Kind>x</Kind><Shift/></Keeper></Pen>")
    )
    path = tmp_path / "zoo.xml"
    path.write_text(document(PEN + new + PEN).replace("<Zoo>", '<Zoo xmlns:z="z"><Of><Kind/></Of>', 1))
    file = SourceFile(path, "zoo.xml", contract())
    found: dict[str, set[str]] = {table.name: set() for table in TABLES}
    for batch in read_blocks(file, LAYOUT, survey(file, LAYOUT)):
        found[batch.table.name].update(batch.ignored_columns)
    assert found == {"pen": {"Owner", "Keeper"}, "animal": {"Colour", "Drink", "Name"}, "meal": set()}


def test_a_file_without_records_has_a_batch_of_every_table() -> None:
    assert rows("<Zoo/>") == rows(document("")) == {"pen": [], "animal": [], "meal": []}


def test_a_table_that_no_element_is_a_row_of_is_a_fault_of_the_contract() -> None:
    with pytest.raises(ContractError, match="keeper"):
        rows(document(PEN), (*TABLES, Table("keeper", ("a",), (Field("a", "A", "text"),))))
