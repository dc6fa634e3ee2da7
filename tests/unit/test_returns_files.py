"""The return's other files: reading a COLLECT export that is not quite as ours, refusals, what a file is."""

from __future__ import annotations

import codecs
import datetime as dt
import io
import re
import shutil
import stat
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest

from area.errors import ReturnInvalidError, ReturnRefusedError, SettingsError
from returns.definition.load import load_definition
from returns.kinds import SEN2
from returns.rules.cases import baseline, load_tables
from returns.sen2.files.collect_csv import read_collect_csv, write_collect_csv
from returns.sen2.files.detect import FileKind, kind_of_file, read_return, year_of
from returns.sen2.files.workbook import write_workbook
from returns.sen2.xml.reader import ReadResult

MODULES = ["activeplans", "assessment", "namedplan", "person", "placementdetail", "plandetail", "requests", "sen2"]
MODULES += ["senneed"]
BASELINE = baseline(SEN2, 2025)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    load_tables(con, SEN2, BASELINE, year=2025)
    return con


@pytest.fixture
def export(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> Path:
    write_collect_csv(con, tmp_path / "set", year=2025, exported_on=dt.date(2025, 3, 1))
    return tmp_path / "set"


def file(export: Path, module: str) -> Path:
    return export / f"Blade-Export_01-03-2025_{module}.csv"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new).encode())


def rows(result: ReadResult, table: str, columns: str = "*") -> list[tuple[object, ...]]:
    return result.con.execute(f"select {columns} from returns.sen2_{table} order by all").fetchall()


def first(table: str, column: str) -> str:
    return min(str(row[column]) for row in BASELINE[table].values())


def zipped(path: Path, entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def test_an_export_is_named_and_laid_out_as_collects(export: Path) -> None:
    assert sorted(path.name for path in export.iterdir()) == sorted(
        f"Blade-Export_01-03-2025_{module}.csv" for module in MODULES
    )
    first, row, *_ = file(export, "requests").read_text(encoding="utf-8").splitlines()
    assert first.startswith("requeststableid,NativeId,requestsorderseqcolumn,sourceid,persontableid,receiveddate,")
    assert re.search(r",[0-9]{4}-[A-Z][a-z]{2}-[0-9]{2} 00:00:00,", row)
    assert row.split(",")[1] == "931"
    assert (
        file(export, "person")
        .read_text(encoding="utf-8")
        .startswith("persontableid,NativeId,personorderseqcolumn,sourceid,sen2tableid,surname,")
    )
    assert (
        file(export, "sen2").read_text(encoding="utf-8").startswith("sen2tableid,NativeId,sen2orderseqcolumn,sourceid,")
    )
    assert {stat.S_IMODE(path.stat().st_mode) for path in export.iterdir()} == {0o600}


def test_folder_any_file_and_zip_are_the_same_export(export: Path, tmp_path: Path) -> None:
    packed = zipped(tmp_path / "x.zip", {f"a/{path.name}": path.read_bytes() for path in export.iterdir()})
    (export / "readme.csv").write_text("not of the set")
    (export / "Blade-Export_02-02-2024_person.csv").write_text("another export's")
    found = [read_return(path) for path in (file(export, "senneed"), packed)]
    (export / "Blade-Export_02-02-2024_person.csv").unlink()
    found.append(read_return(export))
    for module in load_definition(SEN2, 2025).modules:
        assert rows(found[0], module) == rows(found[1], module) == rows(found[2], module)
    assert len({each.file_hash for each in found}) == 1


def test_another_order_letter_case_a_mark_and_more_columns(export: Path) -> None:
    before = rows(read_return(export), "person", "* exclude (_source_table, _file_hash)")
    path = file(export, "person")
    lines = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    lines = [list(reversed(line)) for line in lines]
    lines[0] = [name.upper() for name in lines[0]]
    text = "\r\n".join(",".join([*line, "?" if number else "newcolumn"]) for number, line in enumerate(lines))
    path.write_bytes(codecs.BOM_UTF8 + text.encode() + b"\r\n\r\n")
    shutil.move(path, path.with_name(path.name.upper()))
    after = read_return(export)
    assert rows(after, "person", "* exclude (_source_table, _file_hash)") == before
    assert after.unknown_elements == 1


def test_a_row_knows_the_line_it_begins_in(export: Path) -> None:
    path = file(export, "person")
    header, row, *_ = path.read_text(encoding="utf-8").splitlines()
    cells = row.split(",")
    names = header.split(",")
    cells[names.index("surname")] = '"two\nlines"'
    later = [*cells]
    later[0] = "zz"
    path.write_text("\n".join([header, ",".join(cells), "", ",".join(later)]) + "\n", encoding="utf-8")
    found = read_return(export)
    assert rows(found, "person", "_row, surname, _source_table") == [
        (2, "two\nlines", path.name),
        (5, "two\nlines", path.name),
    ]


def test_modules_nobody_exported_are_empty(export: Path) -> None:
    file(export, "senneed").unlink()
    file(export, "plandetail").unlink()
    found = read_return(export)
    assert (found.rows["sen_need"], found.rows["plan_detail"]) == (0, 0)
    assert found.rows["person"] == len(BASELINE["sen2_person"])


def test_flags_in_words_and_values_of_the_wrong_type(export: Path) -> None:
    path = file(export, "requests")
    header, row, *_ = path.read_text(encoding="utf-8").splitlines()
    names = header.split(",")
    lines = [header]
    for number, flag in enumerate(["True", "false", "1", "perhaps"]):
        cells = row.split(",")
        cells[0], cells[names.index("rya")] = str(number), flag
        cells[names.index("receiveddate")] = ["2022-SEP-28 00:00:00", "2022-09-28", "2022-Sep-28", "28 September"][
            number
        ]
        lines.append(",".join(cells))
    path.write_text("\n".join(lines), encoding="utf-8")
    then = dt.date(2022, 9, 28)
    assert rows(read_return(export), "requests", "requeststableid, rya, receiveddate") == [
        ("0", 1, then), ("1", 0, then), ("2", 1, then), ("3", None, None)
    ]  # fmt: skip


def test_without_a_header_file_the_year_must_be_said(export: Path) -> None:
    file(export, "sen2").unlink()
    with pytest.raises(ReturnRefusedError, match="header file"):
        read_return(export)
    found = read_collect_csv(export, year=2025)
    assert (found.rows["header"], found.rows["person"]) == (0, len(BASELINE["sen2_person"]))


@pytest.mark.parametrize(
    ("module", "old", "new", "said"),
    [
        ("requests", "persontableid", "personid", "one without persontableid"),
        ("person", "surname", "persontableid", "persontableid twice"),
        ("person", "surname,forename,personbirthdate,sex,ethnicity,postcode,upn", "a,b,c,d,e,f,g", "with 2 of them"),
        ("person", "\r\n", "\r\nshort,row\r\n", "another number of them"),
        ("person", "\r\n", '\r\n"never closed\r\n', "a quote that is not closed"),
        ("sen2", ",2025,", ",2022,", "came 2022"),
        ("sen2", ",2025,", ",secret,", "something else"),
    ],
)
def test_a_wrong_file_is_named_and_its_values_are_not(export: Path, module: str, old: str, new: str, said: str) -> None:
    change(file(export, module), old, new)
    with pytest.raises(ReturnRefusedError) as caught:
        read_return(export)
    assert said in str(caught.value)
    assert "Blade-Export" in str(caught.value)
    for secret in ("secret", "Testing", "Invented", "P207000016049"):
        assert secret not in str(caught.value)


def test_other_encodings_are_refused_with_the_line(export: Path) -> None:
    path = file(export, "person")
    path.write_bytes(path.read_bytes() + "é".encode("cp1252"))
    with pytest.raises(ReturnRefusedError, match=r"line \d+: expected a CSV file in UTF-8"):
        read_return(export)
    path.write_bytes("persontableid".encode("utf-16"))
    with pytest.raises(ReturnRefusedError, match="not UTF-8"):
        read_return(export)


def test_no_set_or_more_than_one_is_refused(export: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReturnRefusedError, match="a folder without one"):
        read_return(tmp_path / "empty")
    file(export, "person").rename(export / "Blade-Export_02-03-2025_person.csv")
    with pytest.raises(ReturnRefusedError, match="more than one export"):
        read_return(export)
    with pytest.raises(ReturnRefusedError, match=r"_person\.csv"):
        read_return(file(export, "senneed"))


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"../Blade-Export_x_person.csv": b"a"}, "leads out of it"),
        ({"/etc/Blade-Export_x_person.csv": b"a"}, "leads out of it"),
        ({"C:\\Blade-Export_x_person.csv": b"a"}, "leads out of it"),
        ({"Blade-Export_x_person.csv": b"0" * 20_000_000}, "very much more than its size"),
        ({f"{number}.csv": b"" for number in range(201)}, "201 files"),
        ({"a/Blade-Export_x_person.csv": b"a", "b/Blade-Export_x_person.csv": b"b"}, "two files of module person"),
        ({"holiday.jpg": b"a"}, "no file of such a name"),
        ({"[Content_Types].xml": b"a"}, "an Excel workbook"),
    ],
)
def test_a_zip_that_may_do_harm_or_is_none_of_ours(tmp_path: Path, entries: dict[str, bytes], said: str) -> None:
    with pytest.raises(ReturnRefusedError, match=re.escape(said)):
        read_return(zipped(tmp_path / "x.zip", entries))
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


def test_damaged_and_encrypted_zips_and_links_in_them(export: Path, tmp_path: Path) -> None:
    person = file(export, "person").read_bytes()
    whole = zipped(tmp_path / "x.zip", {"Blade-Export_x_person.csv": person}, zipfile.ZIP_STORED)
    content = bytearray(whole.read_bytes())
    content[60] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(content)
    with pytest.raises(ReturnRefusedError, match="damaged"):
        read_return(tmp_path / "damaged.zip")
    content = bytearray(whole.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(content)
    with pytest.raises(ReturnRefusedError, match="encrypted"):
        read_return(tmp_path / "locked.zip")
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        entry = zipfile.ZipInfo("Blade-Export_x_person.csv")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(ReturnRefusedError, match="a link"):
        read_return(tmp_path / "link.zip")


def test_links_in_a_folder_are_not_followed(export: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere.csv"
    file(export, "senneed").rename(moved)
    file(export, "senneed").symlink_to(moved)
    assert read_return(export).rows["sen_need"] == 0


HEADED = "<Message><Header><CollectionDetails><Year>{}</Year></CollectionDetails></Header></Message>"


def test_what_a_file_is_and_of_which_year(export: Path, tmp_path: Path) -> None:
    xml = tmp_path / "any name"
    xml.write_bytes(codecs.BOM_UTF8 + b"\n" + HEADED.format(2024).encode())
    late = tmp_path / "late.xml"
    late.write_text("<Message><Persons><Person/></Persons>" + HEADED.format(" 2026 ").removeprefix("<Message>"))
    assert (kind_of_file(xml), kind_of_file(export)) == (FileKind.xml, FileKind.collect)
    assert (year_of(xml), year_of(late), year_of(export), year_of(file(export, "person"))) == (2024, 2026, 2025, 2025)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADED.format("2022").encode(), "2023, 2024, 2025, 2026, 2027, came 2022"),
        (HEADED.format("secret").encode(), "came no year"),
        (b"<Message/>", "came none"),
        (b"<html/>", "root element is 'Message'"),
        (b"", "an empty file"),
        (b"just words", "a file that is neither"),
        (b"\x89PNG\r\n", "a file that is neither"),
    ],
)
def test_what_is_no_return(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(ReturnRefusedError) as caught:
        year_of(tmp_path / "x")
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReturnRefusedError, match="nothing at that path"):
        year_of(tmp_path / "nowhere.xml")


def test_a_suppliers_order_of_elements_and_elements_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "supplier.xml"
    path.write_text(
        "<Message><Persons><Person><Requests><ActivePlans><LastReview>2023-05-01</LastReview><SENneed>"
        "<SENtypeRank>1</SENtypeRank><Extra/><SENtype>ASD</SENtype></SENneed><TransferLA>330</TransferLA></ActivePlans>"
        "<RYA>0</RYA></Requests><Internal>7</Internal><Forename>A</Forename><Surname>B</Surname></Person></Persons>"
        "<Header><Source><LEA>931</LEA></Source><CollectionDetails><Year>2024</Year></CollectionDetails></Header></Message>"
    )
    found = read_return(path)
    assert rows(found, "person", "surname, forename") == [("B", "A")]
    assert rows(found, "active_plans", "transferla, lastreview") == [("330", dt.date(2023, 5, 1))]
    assert rows(found, "sen_need", "sentype, sentyperank") == [("ASD", 1)]
    assert found.unknown_elements == 2


def test_tables_that_do_not_nest_become_no_file(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute("delete from returns.sen2_requests")
    with pytest.raises(ReturnInvalidError):
        write_collect_csv(con, tmp_path / "set", year=2025, exported_on=dt.date(2025, 3, 1))
    with pytest.raises(ReturnInvalidError):
        write_workbook(con, tmp_path / "x.xlsx", year=2025)
    with pytest.raises(SettingsError):
        write_workbook(con, tmp_path / "x.xlsx", year=2019)
    assert not list(tmp_path.iterdir())


def test_the_workbook_has_the_templates_tables_titles_and_ids(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    link = '=HYPERLINK("x")'
    con.execute("update returns.sen2_person set surname = $1, forename = '+1', postcode = '@x', upn = '-1'", [link])
    write_workbook(con, tmp_path / "x.xlsx", year=2025)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["Data Entry Template"]
    lines = [[cell for cell in line if cell.value is not None] for line in book["Data Entry Template"].iter_rows()]
    text = [[cell.value for cell in line] for line in lines]
    starts = [place for place, line in enumerate(text) if len(line) == 1]
    assert [text[place][0] for place in starts] == [
        "Header Record", "Person Record", "Requests Records", "Assessments Records", "Named Plan Records",
        "Plan Detail Records", "Active Plan Records", "Placement Detail Records", "SEN Need Records",
    ]  # fmt: skip
    assert text[starts[1] + 1] == [
        "Record Type", "Person ID (unique)", "LA (From Header Record)", "Surname", "Forename",
        "Date of Birth (ccyy-mm-dd)", "Sex", "Ethnicity", "Post Code", "UPN - Unique Pupil Number",
        "ULN - Young Persons Unique Learner Number", "UPN and ULN unavailable – Reason",
    ]  # fmt: skip
    person = text[starts[1] + 2]
    assert person[:2] == ["Person", first("sen2_person", "persontableid")]
    need = text[starts[8] + 2]
    assert need[:4] == ["SENneed", person[1], first("sen2_requests", "requeststableid"), "931"]
    guarded = [cell for line in lines for cell in line if str(cell.value).startswith(("=", "+", "-", "@"))]
    assert {cell.value for cell in guarded} == {link, "+1", "-1", "@x"}
    assert {(cell.data_type, cell.quotePrefix) for cell in guarded} == {("s", True)}
    assert stat.S_IMODE((tmp_path / "x.xlsx").stat().st_mode) == 0o600


@pytest.mark.parametrize(("year", "gender"), [(2023, "Gender"), (2024, "Sex"), (2026, "Sex")])
def test_titles_are_those_of_the_years_template(tmp_path: Path, year: int, gender: str) -> None:
    con = duckdb.connect()
    load_tables(con, SEN2, baseline(SEN2, year), year=year)
    write_workbook(con, tmp_path / "x.xlsx", year=year)
    sheet = openpyxl.load_workbook(io.BytesIO((tmp_path / "x.xlsx").read_bytes()))["Data Entry Template"]
    titles = {cell.value for line in sheet.iter_rows() for cell in line}
    assert gender in titles
    assert ("Attendance Pattern" in titles) == (year == 2023)
    assert ("Annual Review Meeting Date" in titles) == (year >= 2024)
    assert ("Designated Social Care Officer" in titles) == (year >= 2025)
