"""The children in need census: what is read of a child, what is set aside, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from area.errors import FileRefusedError
from ingest.contract.model import load_contract
from ingest.formats import SourceFile, cin_census, format_of, xml_blocks, xml_survey
from ingest.landing.delivery import record_json
from tests.support.ingest_files import ReadResult, cells, read_bytes
from tests.support.taking_in import hand_in

NAME = "CIN_931_20250131.xml"
HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<Message>\n'
    "<Header><CollectionDetails><Collection>CIN</Collection></CollectionDetails></Header>\n<Children>\n"
)
TABLES = ("cin_child", "cin_disability", "cin_episode", "cin_plan", "cin_protection_plan")
TAIL = "</Children>\n</Message>\n"


def child(ident: str, *, extra: str = "", details: str = "") -> str:
    return f"""<Child>
<ChildIdentifiers>
<LAchildID>{ident}</LAchildID><PersonBirthDate>2015-03-04</PersonBirthDate><Sex>M</Sex>{extra}
</ChildIdentifiers>
<ChildCharacteristics><Ethnicity>WBRI</Ethnicity><Disabilities>
<Disability>AUT</Disability>
<Disability>LD</Disability>
</Disabilities></ChildCharacteristics>
<CINdetails>
<CINreferralDate>2024-05-06</CINreferralDate><ReferralSource>2A</ReferralSource>
<Assessments><AssessmentActualStartDate>2024-05-07</AssessmentActualStartDate></Assessments>
<CINPlanDates>
<CINPlanStartDate>2024-06-01</CINPlanStartDate>{details}
</CINPlanDates>
<ReferralNFA>0</ReferralNFA>
<ChildProtectionPlans>
<CPPstartDate>2024-07-01</CPPstartDate><InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><Reviews><CPPreviewDate>2024-08-01</CPPreviewDate></Reviews>
</ChildProtectionPlans>
</CINdetails>
</Child>
"""


def read(folder: Path, children: str, table: str = "cin_child", *, head: str = HEAD, tail: str = TAIL) -> ReadResult:
    return read_bytes(folder, "cin_census", (head + children + tail).encode(), name=NAME, table=table)


def refused(folder: Path, content: bytes) -> str:
    with pytest.raises(FileRefusedError) as caught:
        read_bytes(folder, "cin_census", content, name=NAME, table="cin_child")
    return str(caught.value)


def test_the_tables_of_a_child(tmp_path: Path) -> None:
    people = child("K1") + child("K2")
    row = read(tmp_path, people).rows[1]
    assert (row["lachildid"], row["birth_date"], row["sex"], row["ethnicity"]) == ("K2", "2015-03-04", "M", "WBRI")
    lines = (HEAD + people).split("\n")
    assert lines[row["_row"] - 1] == "<Child>"
    assert cells(read(tmp_path, people, "cin_disability"))[:2] == [("K1", "AUT"), ("K1", "LD")]
    episode = read(tmp_path, people, "cin_episode").rows[0]
    assert (episode["episode_number"], episode["referral_date"], episode["referral_nfa"]) == ("1", "2024-05-06", "0")
    assert lines[episode["_row"] - 1] == "<CINdetails>"
    assert cells(read(tmp_path, people, "cin_plan"))[0] == ("K1", "1", "2024-06-01", None)
    assert cells(read(tmp_path, people, "cin_protection_plan"))[0] == (
        "K1",
        "1",
        "2024-07-01",
        None,
        "NEG",
        None,
        None,
        "1",
    )
    assert cells(read(tmp_path, people, "cin_assessment"))[0] == ("K1", "1", "1", "2024-05-07", None, None)
    assert cells(read(tmp_path, people, "cin_review"))[0] == ("K1", "1", "1", "2024-08-01")


BLOCKS = """<Assessments><AssessmentActualStartDate>2024-05-09</AssessmentActualStartDate>
<FactorsIdentifiedAtAssessment><AssessmentFactors>5A</AssessmentFactors>
<AssessmentFactors>6A</AssessmentFactors></FactorsIdentifiedAtAssessment></Assessments>
<Section47><S47ActualStartDate>2024-05-10</S47ActualStartDate><ICPCnotRequired>1</ICPCnotRequired></Section47>
<PreProceedingsandFGDM><PPStartDate>2024-09-01</PPStartDate><PPOutcome>x</PPOutcome></PreProceedingsandFGDM>
"""


def test_every_block_of_an_episode_is_a_table(tmp_path: Path) -> None:
    people = child("K1").replace("<CINPlanDates>", BLOCKS + "<CINPlanDates>")
    assert cells(read(tmp_path, people, "cin_assessment"))[1][:4] == ("K1", "1", "2", "2024-05-09")
    factors = [("K1", "1", "2", "5A"), ("K1", "1", "2", "6A")]
    assert cells(read(tmp_path, people, "cin_assessment_factor")) == factors
    assert cells(read(tmp_path, people, "cin_section47")) == [("K1", "1", "2024-05-10", None, None, "1")]
    assert cells(read(tmp_path, people, "cin_pre_proceedings"))[0][:4] == ("K1", "1", "1", "2024-09-01")


@pytest.mark.parametrize(("tag", "value"), [("GenderCurrent", "1"), ("Sex", "F")])
def test_sex_is_read_as_any_year_calls_it(tmp_path: Path, tag: str, value: str) -> None:
    people = child("K1").replace("<Sex>M</Sex>", f"<{tag}>{value}</{tag}>")
    assert read(tmp_path, people).rows[0]["sex"] == value


def test_an_element_that_is_new_is_named_and_its_value_is_not(tmp_path: Path) -> None:
    """The first census has none; of the next one it is said, and once."""
    said = []
    for day, extra in enumerate(("", "<Pronouns>Quennell</Pronouns>", "<Pronouns>Abernathy</Pronouns>")):
        content = (HEAD + child("K1", extra=extra) + child("K2") + TAIL).encode()
        (record,) = hand_in(tmp_path, "cin_census", {f"CIN_931_2025010{day + 1}.xml": content}).files
        assert record.outcome == "loaded"
        assert "Quennell" not in json.dumps(record_json(record))
        said.append([(each.table, each.kind, each.said) for each in record.drift])
    new = "the file has a column Pronouns that it did not have before"
    assert said == [[], [("cin_child", "new_column", new)], []]


def test_each_year_of_the_census_has_its_tables() -> None:
    contract = load_contract("cin_census")
    sex = {year: contract.tables_of_year(year)[0].field("sex") for year in (2017, 2023, 2024, 2026)}
    assert [field.source for field in sex.values()] == ["GenderCurrent", "GenderCurrent", "Sex", "Sex"]
    assert (sex[2023].codes, sex[2024].codes) == (("0", "1", "2", "9"), ("M", "F", "U"))
    assert [len(contract.tables_of_year(year)) for year in (2025, 2026)] == [9, 10]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("<Source><LEA>826</LEA></Source>", "a census of council 931"),
        ("<Source><LEA>Milton Keynes</LEA></Source>", "no council's number"),
        ("<CollectionDetails><Year>24/25</Year></CollectionDetails>", "a census year such as 2025"),
        (
            "<CollectionDetails><Year>2017</Year></CollectionDetails>",
            "a census of 2024 or 2025 in a file of 2025-01-31",
        ),
        (
            "<CollectionDetails><Year>2024</Year><ReferenceDate>2025-03-31</ReferenceDate></CollectionDetails>",
            "a ReferenceDate in the Year of the header",
        ),
    ],
)
def test_the_census_of_another_council_or_of_no_year_is_refused(tmp_path: Path, header: str, said: str) -> None:
    path = tmp_path / "census.xml"
    path.write_text(f"<Message><Header>{header}</Header><Children>{child('K1')}{TAIL}", encoding="utf-8")
    with pytest.raises(FileRefusedError, match=said):
        list(format_of(load_contract("cin_census"))(SourceFile(path, NAME, load_contract("cin_census"), "931")))


@pytest.mark.parametrize(
    ("extra", "name"),
    [
        ("\n<UPN>A</UPN><UPN>B</UPN>", "UPN"),
        ("\n<UPN><Deep>A</Deep></UPN>", "UPN"),
        ("\n<Sex>F</Sex>", "Sex"),
    ],
)
def test_a_child_with_a_broken_element_is_set_aside_whole(tmp_path: Path, extra: str, name: str) -> None:
    people = child("K1") + child("K2", extra=extra) + child("K3")
    result = read(tmp_path, people)
    assert [row["lachildid"] for row in result.rows] == ["K1", "K3"]
    ((line, reason, field),) = result.reasons
    assert (reason, field) == ("BAD_ELEMENT", name)
    assert f"<{name}>" in (HEAD + people).split("\n")[line - 1]
    assert "K2" in result.quarantined[0]["original_text"]
    for table, rows in (("cin_disability", 2), ("cin_episode", 1), ("cin_plan", 1), ("cin_protection_plan", 1)):
        part = read(tmp_path, people, table)
        assert (part.balance.read, part.balance.loaded, part.balance.quarantined) == (3 * rows, 2 * rows, rows)


def test_a_broken_plan_sets_its_child_aside(tmp_path: Path) -> None:
    people = child("K1", details="<CINPlanStartDate>2024-06-02</CINPlanStartDate>") + child("K2")
    assert read(tmp_path, people).reasons[0][1:] == ("BAD_ELEMENT", "CINPlanStartDate")


def test_a_child_without_identifiers_is_broken(tmp_path: Path) -> None:
    result = read(tmp_path, child("K1") + "<Child><ChildCharacteristics/></Child>")
    assert [reason[1:] for reason in result.reasons] == [("BAD_ELEMENT", "ChildIdentifiers")]


def test_values_that_break_the_contract_cost_their_own_row(tmp_path: Path) -> None:
    people = child("K1") + child("K2").replace("2015-03-04", "04/03/2015") + child("")
    people = people.replace("2024-06-01", "2024-06-31", 1)
    assert [reason[1:] for reason in read(tmp_path, people).reasons] == [
        ("BAD_DATE", "birth_date"),
        ("MISSING_REQUIRED", "lachildid"),
    ]
    plans = read(tmp_path, people, "cin_plan")
    assert plans.reasons[0][1:] == ("BAD_DATE", "start_date")
    assert "<CINPlanStartDate>2024-06-31</CINPlanStartDate>" in plans.quarantined[0]["original_text"]


def test_repeats_and_contradictions(tmp_path: Path) -> None:
    people = child("K1") + child("K1") + child("K2") + child("K2").replace("<Sex>M", "<Sex>F")
    result = read(tmp_path, people)
    assert (result.balance.loaded, result.balance.duplicate, result.balance.quarantined) == (1, 1, 2)


def test_a_namespace_comments_and_older_names(tmp_path: Path) -> None:
    head = HEAD.replace("<Message>", '<Message xmlns="urn:cin"><!-- made by hand -->')
    people = child("K1", extra="<!-- x -->").replace("<Sex>M</Sex>", "<GenderCurrent>1</GenderCurrent>")
    assert read(tmp_path, people, head=head).rows[0]["sex"] == "1"


def test_in_a_file_without_line_breaks_elements_are_counted(tmp_path: Path) -> None:
    people = (child("K1") + child("K2") + child("K3", extra="<Sex>F</Sex>")).replace("\n", "")
    result = read(tmp_path, people, head=HEAD.replace("\n", ""))
    assert [row["_row"] for row in result.rows] == [1, 2]
    assert [reason[0] for reason in result.reasons] == [3]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b"ref,name\n1,2\n", "not well formed"),
        (b"<Other><Child/></Other>", "root element Other"),
        (b"<Other/>", "root element Other"),
        ((HEAD + child("K1"))[:-20].encode(), "breaks off"),
        ((HEAD + child("K1") + TAIL).replace("</Sex>", "</Sax>").encode(), "not well formed at line"),
        ((HEAD.replace(">CIN<", ">SEN2<") + TAIL).encode(), "another collection"),
        ((HEAD + "<Child>" * 400 + "</Child>" * 400 + TAIL).encode(), "nested deeper"),
    ],
)
def test_what_is_no_census_is_refused_whole(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in refused(tmp_path, content)


BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>
<Message><Children><Child><ChildIdentifiers><LAchildID>&c;</LAchildID></ChildIdentifiers></Child></Children></Message>"""
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<Message><Children><Child><ChildIdentifiers><LAchildID>&x;</LAchildID></ChildIdentifiers></Child></Children></Message>"""


REMOTE = OUTSIDE.replace("<!DOCTYPE m [", "<!DOCTYPE m SYSTEM 'http://x/' [")


@pytest.mark.parametrize("content", [BOMB, OUTSIDE, REMOTE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_and_entities_are_refused(tmp_path: Path, content: str, encoding: str) -> None:
    message = refused(tmp_path, content.replace('1.0"?', f'1.0" encoding="{encoding}"?').encode(encoding))
    assert "document type" in message
    assert "root:" not in message


def test_a_document_type_after_a_long_comment_is_refused_too(tmp_path: Path) -> None:
    late = OUTSIDE.replace("<!DOCTYPE", "<!-- " + "x" * 100_000 + " --><!DOCTYPE")
    assert "document type" in refused(tmp_path, late.encode())


def test_an_unknown_entity_is_not_looked_up(tmp_path: Path) -> None:
    assert "not well formed" in refused(tmp_path, (HEAD + child("&unknown;") + TAIL).encode())


def test_batches_are_small_however_large_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = "".join(child(f"K{n}", extra="<!-- x -->" if n % 7 else "<Sex>F</Sex>") for n in range(60))
    at_once = [read(tmp_path / "a", people, table) for table in TABLES]
    monkeypatch.setattr(xml_blocks, "PIECE", 3_000)
    monkeypatch.setattr(xml_survey, "CHUNK", 1_000)
    path = tmp_path / NAME
    path.write_text(HEAD + people + TAIL)
    sizes = [batch.cells.num_rows for batch in cin_census.read(SourceFile(path, NAME, load_contract("cin_census")))]
    assert len(sizes) > 50
    assert max(sizes) <= 16
    for table, whole in zip(TABLES, at_once, strict=True):
        part = read(tmp_path / "b", people, table)
        assert (part.rows, part.quarantined, part.balance) == (whole.rows, whole.quarantined, whole.balance)
