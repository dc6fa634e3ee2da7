"""Errors and warnings of the API: their codes and sentences (facts: extracts 4.5), gathered while a request is read."""

from __future__ import annotations

from typing import Any

MESSAGES = {
    "NotEmpty": "Must not be empty.",
    "MinimumLength": "Must be at least {minLength} characters (was {totalLength}).",
    "MaximumLength": "Must be {maxLength} characters or fewer (was {totalLength}).",
    "GreaterThanOrEqual": "Must be greater than or equal to '{comparisonValue}'.",
    "InclusiveBetween": "Must be between {from} and {to} (inclusive).",
    "AllowedValue": "Must be one of the allowed values.",
    "InvalidValue": "Must be a valid value. Check that the type and format are correct.",
    "UnknownField": "The field was not expected in the request and should be removed.",
    "RequiredValue": "A value is required for this field.",
    "NotEmptyBody": "The request body must not be empty.",
    "IndicatorsNotFound": "One or more indicators could not be found.",
    "SortFieldsNotFound": "One or more sort fields could not be found.",
    "SortFormat": "Must be a sort in the correct format.",
    "SortFieldNotEmpty": "Must be a sort with a field that is not empty.",
    "SortFieldMaxLength": "Must be a sort with a field that is {maxLength} characters or fewer.",
    "SortDirection": "Must be a sort in an allowed direction.",
    "LocationFormat": "Must be a location in the correct format.",
    "LocationAllowedLevel": "Must be a location with an allowed level.",
    "LocationAllowedProperty": "Must be a location with an allowed identifying property.",
    "LocationValueNotEmpty": "Must be a location with '{property}' that is not empty.",
    "LocationValueMaxLength": "Must be a location with '{property}' that is {maxLength} characters or fewer.",
    "TimePeriodFormat": "Must be a time period in the correct format.",
    "TimePeriodInvalidYear": "Must be a time period for a valid year.",
    "TimePeriodInvalidYearRange": "Must be a valid time period range where the start year is one year before the end "
    "year.",
    "TimePeriodAllowedCode": "Must be a time period with an allowed code.",
    "FiltersNotFound": "One or more filters could not be found.",
    "GeographicLevelsNotFound": "One or more geographic levels could not be found.",
    "LocationsNotFound": "One or more locations could not be found.",
    "TimePeriodsNotFound": "One or more time periods could not be found.",
    "QueryNoResults": "The query did not match any results. You may need to refine your criteria.",
    "DebugEnabled": "Debug mode is enabled. Do not enable debug mode in a production environment.",
}


class Problems:
    """A list of errors or of warnings."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(self, code: str, path: str | None = None, **detail: Any) -> None:
        """Add one; `detail` fills the sentence and is sent along (a None is left out, as everywhere in this API)."""
        given = {name: value for name, value in detail.items() if value is not None}
        problem: dict[str, Any] = {"message": MESSAGES[code].format(**given), "code": code}
        if path is not None:
            problem["path"] = path
        if given:
            problem["detail"] = given
        self.found.append(problem)

    def too_long(self, path: str, value: str, most: int) -> bool:
        """Add NotEmpty or MaximumLength where `value` is blank or longer than `most`; whether one was added."""
        if not value.strip():
            self.add("NotEmpty", path)
        elif len(value) > most:
            self.add("MaximumLength", path, value=value, maxLength=most, totalLength=len(value))
        else:
            return False
        return True
