"""Made-up children in the raw tables, in number: for speed tests and for counting what matching gets right.

Nothing here is like a real child: surnames are counted up in letters, and identifiers with a right check.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.support.raw_fixture import create_raw

_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def upn(number: int, la: str = "931") -> str:
    """The `number`-th UPN of an authority, with its check letter."""
    digits = f"{la}{number:09d}"
    return _LETTERS[sum(place * int(digit) for place, digit in enumerate(digits, start=2)) % 23] + digits


def nhs_number(number: int) -> str:
    """The `number`-th NHS number: the next stem of nine digits on whose check digit is below 10."""
    stem = f"{400000000 + number * 7:09d}"
    check = 11 - sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), stem, strict=True)) % 11
    return nhs_number(number + 100_000_00) if check == 10 else stem + str(check % 11)


def uln(number: int) -> str:
    """The `number`-th ULN: remainder 0 is not issued, so such stems are passed over."""
    stem = f"{100000000 + number * 3:09d}"
    remainder = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), stem, strict=True)) % 11
    return uln(number + 100_000_00) if remainder == 0 else stem + str(10 - remainder)


# The check letter and digits as SQL over a column `stem`, so that 100,000 of them take no time.
_SQL_UPN = (
    f"substr('{_LETTERS}', (("
    + " + ".join(f"{place} * substr(stem, {place - 1}, 1)::int" for place in range(2, 14))
    + ") % 23) + 1, 1) || stem"
)


def make_area(path: Path, *, pupils: int, others: int) -> None:
    """A warehouse file with `pupils` in the census and the schools' systems alike, and `others` in the other systems.

    One pupil in 50 changed UPN between the two, one in 100 has another postcode; each has attendance for five months.
    EHC children are pupils, two in three by UPN; every health record holds the NHS number of an EHC child."""
    create_raw(path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""
            create temp table child as
            with stems as (
                select i, '931' || lpad(i::varchar, 9, '0') as stem, '932' || lpad(i::varchar, 9, '0') as old_stem
                from range({pupils}) t(i)
            )
            select i, {_SQL_UPN} as upn, {_SQL_UPN.replace("stem", "old_stem")} as old_upn,
                chr((65 + i % 26)::int) || chr((65 + (i // 26) % 26)::int) || chr((65 + (i // 676) % 26)::int) || 'TON'
                    as surname,
                ['ADA','BEN','CLEO','DAN','EVE','FINN','GRACE','HUGO','IVY','JUDE','KIM','LEO'][1 + i % 12]
                    as forename,
                (date '2008-09-01' + (i * 37 % 4000)::int) as birth_date,
                'OX' || (1 + i % 20) || ' ' || (i % 9 + 1) || chr((65 + i % 20)::int) || chr((66 + i % 20)::int)
                    as postcode
            from stems
            """
        )
        origin = "'h', 'f', i, '{feed}', timestamp '2025-01-31 20:00', date '2025-01-31', true"

        def insert(table: str, feed: str, values: dict[str, str], source: str, file: str = "f") -> None:
            columns = ", ".join(values)
            connection.execute(
                f"insert into raw.{table} ({columns}, _file_hash, _file_name, _row, _feed, _received_at, "
                f"_extract_date, _is_latest) select {', '.join(values.values())}, "
                f"{origin.format(feed=feed).replace(chr(39) + 'f' + chr(39), chr(39) + file + chr(39))} from {source}"
            )

        insert(
            "census_schoolcensus", "school_census",
            {"schoolcensustableid": "i", "term": "'SPR'", "year": "2025", "referencedate": "'2025-Jan-16 00:00:00'",
             "lea": "'931'", "urn": "(100000 + i)::varchar"},
            "range(300) t(i)", "SchoolCensus_SPR2025_schoolcensus.csv",
        )  # fmt: skip
        insert(
            "census_pupilonroll", "school_census",
            {"pupilonrolltableid": "'P' || i", "schoolcensustableid": "i % 300", "upn": "upn",
             "formerupn": "case when i % 50 = 0 then old_upn end", "surname": "surname", "forename": "forename",
             "dob": "strftime(birth_date, '%Y-%b-%d 00:00:00')", "sex": "case when i % 2 = 0 then 'F' else 'M' end",
             "enrolstatus": "'C'", "ncyearactual": "'5'", "postcode": "postcode",
             "senprovision": "case when i % 20 = 0 then 'E' when i % 7 = 0 then 'K' else 'N' end"},
            "child", "SchoolCensus_SPR2025_pupilonroll.csv",
        )  # fmt: skip
        insert(
            "census_senneeds", "school_census",
            {"senneedstableid": "i", "pupilonrolltableid": "'P' || i", "sentyperank": "'1'", "sentype": "'SEMH'"},
            "child where i % 20 = 0 or i % 7 = 0", "SchoolCensus_SPR2025_senneeds.csv",
        )  # fmt: skip
        insert(
            "mis_students", "mis",
            {"id": "'S' || i", "upn": "case when i % 50 = 0 then old_upn else upn end", "first_name": "lower(forename)",
             "last_name": "surname", "dob": "birth_date", "school_urn": "(100000 + i % 300)::varchar",
             "postcode": "case when i % 100 = 0 then 'OX9 9ZZ' else lower(postcode) end",
             "demographics_gender": "case when i % 2 = 0 then 'F' else 'M' end",
             "demographics_sen_category": "case when i % 20 = 0 then 'E' when i % 7 = 0 then 'K' else 'N' end"},
            "child",
        )  # fmt: skip
        insert(
            "mis_attendance", "mis",
            {"student_id": "'S' || i", "start_date": "m", "end_date": "last_day(m)", "possible_sessions": "40",
             "attended_sessions": "36 - i % 5", "authorised_absence_sessions": "4",
             "unauthorised_absence_sessions": "i % 5"},
            "child, (select unnest([date '2024-09-01', '2024-10-01', '2024-11-01', '2024-12-01', '2025-01-01']) as m)",
        )  # fmt: skip
        share = others // 4
        rows = [
            (
                i, upn(i * 2) if i % 3 else None, nhs_number(i), uln(i) if i % 4 == 0 else None,
                f"L{i}" if i % 5 == 0 else None,
            )
            for i in range(share)
        ]  # fmt: skip
        connection.execute("create temp table ehc (i bigint, upn text, nhs_number text, uln text, social_care_id text)")
        connection.execute(
            "insert into ehc select unnest(?), unnest(?), unnest(?), unnest(?), unnest(?)",
            [*map(list, zip(*rows, strict=True))],
        )
        connection.execute(
            "create temp table known as select e.*, c.* exclude (i, upn) from ehc e join child c on c.i = e.i * 2"
        )
        insert(
            "ehc_person", "ehc_casework",
            {"person_ref": "'E' || i", "surname": "surname", "forename": "forename", "birth_date": "birth_date",
             "sex": "'M'", "postcode": "postcode", "upn": "upn", "uln": "uln", "nhs_number": "nhs_number",
             "social_care_id": "social_care_id"},
            "known",
        )  # fmt: skip
        insert(
            "cin_child", "cin_census",
            {"lachildid": "'L' || i", "upn": "case when i % 5 <> 0 then upn end", "birth_date": "birth_date",
             "sex": "'M'"},
            "known",
        )  # fmt: skip
        insert(
            "csds_mpi", "community_services",
            {"local_patient_id": "'H' || i", "nhs_number": "nhs_number", "birth_date": "birth_date", "gender": "'1'"},
            "known",
        )  # fmt: skip
        insert(
            "health_waiting_list", "waiting_list",
            {"pathway_ref": "'W' || i", "nhs_number": "nhs_number", "birth_date": "birth_date", "pathway": "'ASD'",
             "referral_received_date": "'2024-06-01'", "status": "'WAITING'", "extract_date": "'2025-01-31'"},
            "known",
        )  # fmt: skip
