"""The writer: the bytes it makes, and what it refuses."""

from __future__ import annotations

import dataclasses
import stat
from pathlib import Path

import duckdb
import pytest

from area.errors import ReturnInvalidError, SettingsError
from area.settings import AreaSettings, load_settings
from returns.kinds import SEN2
from returns.rules.cases import Tables, baseline, load_tables
from returns.sen2.xml.writer import write_sen2

SETTINGS = load_settings("931", collection=2025)

# Written by hand from facts about the return, not by the writer.
GOLDEN = """\
<?xml version="1.0" encoding="utf-8"?>
<Message>
<Header>
<CollectionDetails>
<Collection>SEN2</Collection>
<Year>2025</Year>
<ReferenceDate>2025-01-16</ReferenceDate>
</CollectionDetails>
<Source>
<SourceLevel>L</SourceLevel>
<LEA>931</LEA>
<SoftwareCode>TEST</SoftwareCode>
<Release>1</Release>
<SerialNo>001</SerialNo>
<DateTime>2025-01-31T00:00:00</DateTime>
<DMO>Y</DMO>
<DCO>Y</DCO>
<DSCO>Y</DSCO>
</Source>
</Header>
<Persons>
<Person>
<Surname>Testing</Surname>
<Forename>Invented</Forename>
<PersonBirthDate>2014-05-01</PersonBirthDate>
<Sex>M</Sex>
<Ethnicity>WBRI</Ethnicity>
<PostCode>ZZ99 3WZ</PostCode>
<UPN>P207000016049</UPN>
<Requests>
<ReceivedDate>2024-02-01</ReceivedDate>
<RequestSource>1</RequestSource>
<RYA>0</RYA>
<RequestOutcomeDate>2024-03-01</RequestOutcomeDate>
<RequestOutcome>Y</RequestOutcome>
<RequestMediation>0</RequestMediation>
<RequestTribunal>0</RequestTribunal>
<Assessment>
<AssessmentOutcome>Y</AssessmentOutcome>
<AssessmentOutcomeDate>2024-06-01</AssessmentOutcomeDate>
<AssessmentMediation>0</AssessmentMediation>
<AssessmentTribunal>0</AssessmentTribunal>
<OtherMediation>0</OtherMediation>
<OtherTribunal>0</OtherTribunal>
<Week20>0</Week20>
<NamedPlan>
<StartDate>2024-06-01</StartDate>
<PlanDetail>
<URN>100001</URN>
<PlacementRank>1</PlacementRank>
<SENunitIndicator>0</SENunitIndicator>
<ResourcedProvisionIndicator>0</ResourcedProvisionIndicator>
</PlanDetail>
<PB>0</PB>
<OA>0</OA>
</NamedPlan>
</Assessment>
<ActivePlans>
<PlacementDetail>
<URN>100001</URN>
<PlacementRank>1</PlacementRank>
<EntryDate>2024-06-03</EntryDate>
<SENunitIndicator>1</SENunitIndicator>
<ResourcedProvisionIndicator>0</ResourcedProvisionIndicator>
</PlacementDetail>
<SENneed>
<SENtype>ASD</SENtype>
<SENtypeRank>1</SENtypeRank>
</SENneed>
<ReviewMeeting>2024-12-01</ReviewMeeting>
<ReviewOutcome>M</ReviewOutcome>
<LastReview>2024-12-15</LastReview>
</ActivePlans>
</Requests>
</Person>
</Persons>
</Message>
"""


def loaded(tables: Tables) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    load_tables(con, SEN2, tables, year=2025)
    return con


def with_order(order: str) -> AreaSettings:
    return dataclasses.replace(SETTINGS, sen2={**SETTINGS.sen2, "active_plans_order": order})


def test_the_baseline_gives_the_golden_file(tmp_path: Path) -> None:
    result = write_sen2(loaded(baseline(SEN2, 2025)), tmp_path / "sen2.xml", year=2025, settings=SETTINGS)
    assert result.path.read_text(encoding="utf-8") == GOLDEN
    assert result.bytes == len(GOLDEN)
    assert result.rows["person"] == result.rows["sen_need"] == 1
    assert stat.S_IMODE(result.path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["sen2.xml"]


def test_the_other_order_of_active_plans_is_a_setting(tmp_path: Path) -> None:
    result = write_sen2(loaded(baseline(SEN2, 2025)), tmp_path / "sen2.xml", year=2025, settings=with_order("sample"))
    text = result.path.read_text(encoding="utf-8")
    assert text.index("<ReviewMeeting>") < text.index("<LastReview>") < text.index("<ReviewOutcome>")
    with pytest.raises(SettingsError, match="active_plans_order"):
        write_sen2(loaded(baseline(SEN2, 2025)), tmp_path / "sen2.xml", year=2025, settings=with_order("other"))


def test_markup_and_characters_xml_cannot_hold(tmp_path: Path) -> None:
    tables = baseline(SEN2, 2025)
    tables["sen2_person"]["P1"] |= {"surname": 'O\'Neil & <Sons> "x"', "forename": "a\x00b\x0bc\rd\ud7ff\ufffe"}
    result = write_sen2(loaded(tables), tmp_path / "sen2.xml", year=2025, settings=SETTINGS)
    text = result.path.read_bytes().decode()
    assert '<Surname>O\'Neil &amp; &lt;Sons&gt; "x"</Surname>' in text
    assert "<Forename>a\ufffdb\ufffdc&#13;d\ud7ff\ufffd</Forename>" in text
    assert result.unreadable_characters == 3


def test_blank_values_leave_no_element(tmp_path: Path) -> None:
    tables = baseline(SEN2, 2025)
    tables["sen2_person"]["P1"] |= {"postcode": "", "ethnicity": " \t\n"}
    text = write_sen2(loaded(tables), tmp_path / "s.xml", year=2025, settings=SETTINGS).path.read_text()
    assert "PostCode" not in text
    assert "Ethnicity" not in text


def test_the_same_tables_give_the_same_bytes_whatever_the_order_of_their_rows(tmp_path: Path) -> None:
    con = loaded(baseline(SEN2, 2025))
    con.execute(
        "insert into returns.sen2_person by name select * replace ('P' || i as persontableid, i as personorder) "
        "from returns.sen2_person, range(2, 500) t(i)".replace("select *", "select sen2_person.*")
    )
    con.execute(
        "insert into returns.sen2_requests by name select sen2_requests.* replace ('R' || i as requeststableid, "
        "'P' || (i % 400 + 2) as persontableid) from returns.sen2_requests, range(2, 900) t(i)"
    )
    first = write_sen2(con, tmp_path / "1.xml", year=2025, settings=SETTINGS)
    for table in ("sen2_person", "sen2_requests"):
        con.execute(f"create or replace table returns.{table} as select * from returns.{table} order by hash({table})")
    second = write_sen2(con, tmp_path / "2.xml", year=2025, settings=SETTINGS)
    assert first.sha256 == second.sha256
    assert first.path.read_bytes() == second.path.read_bytes()


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("update returns.sen2_sen_need set activeplanstableid = 'none'", "sen2_sen_need has 1 rows without their row"),
        ("insert into returns.sen2_requests from returns.sen2_requests", "sen2_requests has 1 rows whose key"),
        (
            "insert into returns.sen2_named_plan "
            "select * replace ('L2' as namedplantableid) from returns.sen2_named_plan",
            "may have only one each",
        ),
        ("delete from returns.sen2_header", "holds 0 rows"),
        ("insert into returns.sen2_header from returns.sen2_header", "holds 2 rows"),
    ],
    ids=["orphan", "key twice", "two plans of one assessment", "no header", "two headers"],
)
def test_tables_that_do_not_nest_are_refused_and_nothing_is_written(tmp_path: Path, sql: str, said: str) -> None:
    con = loaded(baseline(SEN2, 2025))
    con.execute(sql)
    with pytest.raises(ReturnInvalidError, match=said):
        write_sen2(con, tmp_path / "sen2.xml", year=2025, settings=SETTINGS)
    assert list(tmp_path.iterdir()) == []


def test_an_invalid_file_never_takes_the_place_of_the_last_good_one(tmp_path: Path) -> None:
    good = write_sen2(loaded(baseline(SEN2, 2025)), tmp_path / "sen2.xml", year=2025, settings=SETTINGS)
    tables = baseline(SEN2, 2025)
    tables["sen2_person"]["P1"]["postcode"] = "a post code that is much too long"
    with pytest.raises(ReturnInvalidError, match=r"sen2\.invalid\.xml, line 28: PostCode is longer") as raised:
        write_sen2(loaded(tables), tmp_path / "sen2.xml", year=2025, settings=SETTINGS)
    assert "much too long" not in str(raised.value)
    assert good.path.read_text(encoding="utf-8") == GOLDEN
    assert stat.S_IMODE((tmp_path / "sen2.invalid.xml").stat().st_mode) == 0o600


def test_an_open_error_does_not_stop_the_file(tmp_path: Path) -> None:
    tables = baseline(SEN2, 2025)
    tables["sen2_person"]["P1"] |= {"sex": None, "ethnicity": "XXXX"}
    tables["sen2_sen_need"]["L1-1"]["sentyperank"] = 3
    write_sen2(loaded(tables), tmp_path / "sen2.xml", year=2025, settings=SETTINGS)
