"""The headings of the published tables, in one order each, and the codes a casework system has for them."""

from __future__ import annotations

# Placement headings: columns of the published caseload and newplans files. The last one has no placement.
PLACEMENTS = (
    "mainstream_la_maintained",
    "mainstream_la_maintained_resourced_provision",
    "mainstream_la_maintained_senunit",
    "mainstream_academy",
    "mainstream_academy_resourced_provision",
    "mainstream_academy_senunit",
    "mainstream_free_school",
    "mainstream_free_school_resourced_provision",
    "mainstream_free_school_senunit",
    "mainstream_independent",
    "special_la_maintained",
    "special_academy_free",
    "special_independent",
    "special_non_maintained",
    "ap_pru_academy",
    "ap_pru_free_school",
    "ap_pru_la_maintained",
    "general_fe_tertiary_colleges",
    "specialist_post_16_institutions",
    "ukrlp_provider",
    "elective_home_education",
    "other_arrangements_la",
    "other_arrangements_parents",
    "online_provider",
    "w_settings",
    "other_schools",
    "other_placement_settings",
    "neet",
    "neet_ntci",
    "neet_other",
    "neet_other_csa",
    "nm_early_years",
    "placement_unknown",
)
PLACE = {name: index for index, name in enumerate(PLACEMENTS)}
UNKNOWN = PLACE["placement_unknown"]
# Placements that are no establishment of GIAS, and their SENSetting code.
SETTING_CODE = {
    PLACE["elective_home_education"]: "EHE",
    PLACE["other_arrangements_la"]: "OLA",
    PLACE["other_arrangements_parents"]: "OPA",
    PLACE["other_placement_settings"]: "OTH",
    PLACE["neet"]: "NEET",
    PLACE["neet_ntci"]: "NIEC",
    PLACE["neet_other"]: "NIEO",
    PLACE["neet_other_csa"]: "NIEO",
    PLACE["nm_early_years"]: "EYP",
}
# Headings the newplans file withholds everywhere; their sum is what ed_elsewhere has beyond its visible parts.
HIDDEN_IN_NEWPLANS = ("online_provider", "w_settings", "other_schools")

# Labels of breakdown 'Type of placement' in the other files -> the heading above (they differ in wording by file).
PLACEMENT_LABELS = {
    "Mainstream - LA maintained": "mainstream_la_maintained",
    "Mainstream - LA maintained (resourced provision)": "mainstream_la_maintained_resourced_provision",
    "Mainstream - LA maintained (SEN unit)": "mainstream_la_maintained_senunit",
    "Mainstream - academy": "mainstream_academy",
    "Mainstream - academy (resourced provision)": "mainstream_academy_resourced_provision",
    "Mainstream - academy (SEN unit)": "mainstream_academy_senunit",
    "Mainstream - free school": "mainstream_free_school",
    "Mainstream - free school (resourced provision)": "mainstream_free_school_resourced_provision",
    "Mainstream - free school (SEN unit)": "mainstream_free_school_senunit",
    "Mainstream - independent": "mainstream_independent",
    "Special - LA maintained": "special_la_maintained",
    "Special - Academy/free schools": "special_academy_free",
    "Special - academy/free school": "special_academy_free",
    "Special - independent": "special_independent",
    "Special - non-maintained": "special_non_maintained",
    "AP/PRU - academy": "ap_pru_academy",
    "AP/PRU - free school": "ap_pru_free_school",
    "AP/PRU - LA maintained": "ap_pru_la_maintained",
    "FE - general FE and tertiary colleges": "general_fe_tertiary_colleges",
    "FE - specialist post-16 institutions": "specialist_post_16_institutions",
    "FE - UKRLP provider": "ukrlp_provider",
    "Educated elsewhere - elective home education": "elective_home_education",
    "Educated elsewhere - other arrangements by LA": "other_arrangements_la",
    "Educated elsewhere - other arrangements by parents": "other_arrangements_parents",
    "Educated elsewhere - online provider": "online_provider",
    "Educated elsewhere - Welsh establishment": "w_settings",
    "Educated elsewhere - other schools and establishments": "other_schools",
    "Educated elsewhere - other placement settings": "other_placement_settings",
    "Educated elsewhere - NEET": "neet",
    "Educated elsewhere - not in education or training (notice to cease issued)": "neet_ntci",
    "Educated elsewhere - not in education or training (other)": "neet_other",
    "Educated elsewhere - not in education or training (compulsory school age)": "neet_other_csa",
    "Non-maintained early years": "nm_early_years",
    "Placement not recorded": "placement_unknown",
}

# Primary needs: columns number_<name>; the published 'oth' holds Down syndrome. The last one has no need.
NEEDS = ("asd", "hi", "mld", "msi", "oth", "pd", "pmld", "semh", "slcn", "sld", "spld", "vi", "need_unknown")
NEED_UNKNOWN = len(NEEDS) - 1

# Ages at 31 August before the census: 'under 3' (position 0 holds ages 0 to 2), 3 .. 25.
AGE_LABELS = ("under 3", *(f"age {age}" for age in range(3, 26)))
AGES = (2, *range(3, 26))
# Ages on some other day: '2 and under', 3 .. 19, '20 and over'.
STARTS = (2, *range(3, 20), 20)
START_LABELS = ("age 2 and under", *(f"age {age}" for age in range(3, 20)), "age 20 and over")
REQUEST_AGE_LABELS = ("Aged 2 and under", *(f"Aged {age}" for age in range(3, 20)), "Aged 20 and over")
# Years in place: collection year less year of the start date; 12 stands for 12 and more.
YEARS_LABELS = ("Less than a year", *(str(years) for years in range(1, 12)), "12 or more")
YEARS_HELD_LABELS = ("Under a year", "1 year", *(f"{years} years" for years in range(2, 12)), "12 years and over")

SEXES = ("F", "M")
SEX_LABELS = ("Female", "Male")
ETHNICITIES = {
    "White - White British": "WBRI",
    "White - Irish": "WIRI",
    "White - Traveller of Irish heritage": "WIRT",
    "White - Gypsy/Roma": "WROM",
    "White - Any other White background": "WOTH",
    "Mixed - White and Black Caribbean": "MWBC",
    "Mixed - White and Black African": "MWBA",
    "Mixed - White and Asian": "MWAS",
    "Mixed - Any other Mixed background": "MOTH",
    "Asian - Indian": "AIND",
    "Asian - Pakistani": "APKN",
    "Asian - Bangladeshi": "ABAN",
    "Asian - Any other Asian background": "AOTH",
    "Asian - Chinese": "CHNE",
    "Black - Black Caribbean": "BCRB",
    "Black - Black African": "BAFR",
    "Black - Any other Black background": "BOTH",
    "Any other ethnic group": "OOTH",
    "Unclassified": "NOBT",
}
ETHNIC_CODES = tuple(ETHNICITIES.values())

CEASE_REASONS = (
    "max_age",
    "needs_met",
    "he",
    "employ",
    "transfer",
    "no_engage",
    "moved_outside_eng",
    "deceased",
    "other",
    "not_rec",
)
NO_REASON = CEASE_REASONS.index("not_rec")
