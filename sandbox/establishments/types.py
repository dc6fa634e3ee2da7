"""GIAS type codes: names, groups, and the published placement heading each belongs to (docs/definitions.md)."""

from __future__ import annotations

from dataclasses import dataclass

# code -> (name, group code)
TYPES: dict[str, tuple[str, str]] = {
    "01": ("Community school", "4"),
    "02": ("Voluntary aided school", "4"),
    "03": ("Voluntary controlled school", "4"),
    "05": ("Foundation school", "4"),
    "07": ("Community special school", "5"),
    "08": ("Non-maintained special school", "5"),
    "10": ("Other independent special school", "3"),
    "11": ("Other independent school", "3"),
    "12": ("Foundation special school", "5"),
    "14": ("Pupil referral unit", "4"),
    "15": ("Local authority nursery school", "4"),
    "18": ("Further education", "1"),
    "24": ("Secure units", "9"),
    "25": ("Offshore schools", "9"),
    "26": ("Service children's education", "9"),
    "27": ("Miscellaneous", "9"),
    "28": ("Academy sponsor led", "10"),
    "30": ("Welsh establishment", "6"),
    "31": ("Sixth form centres", "1"),
    "32": ("Special post 16 institution", "1"),
    "33": ("Academy special sponsor led", "10"),
    "34": ("Academy converter", "10"),
    "35": ("Free schools", "11"),
    "36": ("Free schools special", "11"),
    "37": ("British schools overseas", "9"),
    "38": ("Free schools alternative provision", "11"),
    "39": ("Free schools 16 to 19", "11"),
    "40": ("University technical college", "11"),
    "41": ("Studio schools", "11"),
    "42": ("Academy alternative provision converter", "10"),
    "43": ("Academy alternative provision sponsor led", "10"),
    "44": ("Academy special converter", "10"),
    "45": ("Academy 16-19 converter", "10"),
    "46": ("Academy 16 to 19 sponsor led", "10"),
    "49": ("Online provider", "13"),
}
GROUPS = {
    "1": "Colleges",
    "3": "Independent schools",
    "4": "Local authority maintained schools",
    "5": "Special schools",
    "6": "Welsh schools",
    "9": "Other types",
    "10": "Academies",
    "11": "Free Schools",
    "13": "Online provider",
}
PHASES = {
    "0": "Not applicable",
    "1": "Nursery",
    "2": "Primary",
    "4": "Secondary",
    "6": "16 plus",
    "7": "All-through",
}


@dataclass(frozen=True)
class Kind:
    """One kind of establishment the list is made of: its type codes with their shares, ages, phase and usual size."""

    heading: str  # published placement heading
    codes: tuple[str, ...]
    shares: tuple[float, ...]
    word: str  # in the establishment's name
    phase: str
    low: int
    high: int
    pupils: int


_MAINTAINED = ("01", "02", "03", "05")
_ACADEMY = ("34", "28")
PRIMARY = {
    "mainstream_la_maintained": Kind(
        "mainstream_la_maintained", _MAINTAINED, (0.5, 0.2, 0.22, 0.08), "Primary School", "2", 4, 11, 260
    ),
    "mainstream_academy": Kind("mainstream_academy", _ACADEMY, (0.75, 0.25), "Primary Academy", "2", 4, 11, 290),
    "mainstream_free_school": Kind("mainstream_free_school", ("35",), (1.0,), "Primary Free School", "2", 4, 11, 240),
}
SECONDARY = {
    "mainstream_la_maintained": Kind(
        "mainstream_la_maintained", _MAINTAINED, (0.4, 0.3, 0.1, 0.2), "School", "4", 11, 18, 1000
    ),
    "mainstream_academy": Kind("mainstream_academy", _ACADEMY, (0.7, 0.3), "Academy", "4", 11, 18, 1080),
    "mainstream_free_school": Kind(
        "mainstream_free_school", ("35", "40", "41"), (0.7, 0.2, 0.1), "Free School", "4", 11, 18, 620
    ),
}
# Kinds counted by the plans they hold: (kind, plans an establishment usually holds, share outside the area)
OTHERS: tuple[tuple[Kind, int, float], ...] = (
    (Kind("mainstream_la_maintained", ("15",), (1.0,), "Nursery School", "1", 2, 5, 90), 60, 0.0),
    (Kind("mainstream_independent", ("11",), (1.0,), "House School", "0", 3, 18, 310), 8, 0.35),
    (Kind("special_la_maintained", ("07", "12"), (0.85, 0.15), "Special School", "0", 2, 19, 120), 110, 0.15),
    (Kind("special_academy_free", ("44", "33", "36"), (0.5, 0.2, 0.3), "Special Academy", "0", 3, 19, 120), 110, 0.15),
    (Kind("special_independent", ("10",), (1.0,), "Lodge", "0", 5, 19, 50), 14, 0.65),
    (Kind("special_non_maintained", ("08",), (1.0,), "Trust School", "0", 5, 19, 90), 12, 0.7),
    (Kind("ap_pru_academy", ("42", "43"), (0.5, 0.5), "Alternative Academy", "0", 5, 16, 60), 15, 0.1),
    (Kind("ap_pru_free_school", ("38",), (1.0,), "Alternative Free School", "0", 5, 16, 50), 15, 0.1),
    (Kind("ap_pru_la_maintained", ("14",), (1.0,), "Pupil Referral Unit", "0", 5, 16, 60), 20, 0.0),
    (Kind("general_fe_tertiary_colleges", ("18", "31"), (0.85, 0.15), "College", "6", 16, 99, 0), 220, 0.4),
    (Kind("specialist_post_16_institutions", ("32",), (1.0,), "Specialist College", "6", 16, 25, 0), 18, 0.6),
    (Kind("mainstream_academy", ("45", "46"), (0.6, 0.4), "Sixth Form Academy", "6", 16, 19, 400), 10**9, 0.0),
    (Kind("mainstream_free_school", ("39",), (1.0,), "Sixth Form Free School", "6", 16, 19, 300), 10**9, 0.0),
    (Kind("online_provider", ("49",), (1.0,), "Online School", "0", 5, 18, 200), 20, 1.0),
    (Kind("w_settings", ("30",), (1.0,), "Welsh School", "0", 4, 19, 0), 8, 1.0),
    (
        Kind("other_schools", ("24", "25", "26", "27", "37"), (0.3, 0.1, 0.2, 0.3, 0.1), "Centre", "0", 5, 18, 40),
        5,
        0.5,
    ),
)
