"""Every error the warehouse raises on purpose.

Each carries the data it is about, builds its own sentence from it and says what to do next. No sentence ever holds a
name, a birth date or an identifier of a child: records are named by file and row number only.
"""

from __future__ import annotations

from collections.abc import Iterable


class SendWarehouseError(Exception):
    """Base of all of them. `retryable` tells a scheduler whether trying again can help."""

    retryable: bool = False

    def __init__(self, problem: str, *, do: str) -> None:
        self.problem = problem
        self.do = do
        super().__init__(f"{problem} What to do: {do}")


class SettingsError(SendWarehouseError):
    """A setting is missing or has a value that cannot be used."""

    def __init__(self, setting: str, *, expected: str, came: str, where: str, do: str | None = None) -> None:
        self.setting = setting
        super().__init__(
            f"Setting '{setting}' in {where}: expected {expected}, came {came}.",
            do=do or f"correct '{setting}' in {where} and run again.",
        )


def not_in_environment(name: str, *, expected: str) -> SettingsError:
    """The error of an environment variable that is not set."""
    where = "the environment"
    do = f"set '{name}' in {where} and run again."
    return SettingsError(name, expected=expected, came="nothing", where=where, do=do)


class SourceUnavailableError(SendWarehouseError):
    """A source system did not answer, answered too slowly or broke off; worth trying again."""

    retryable = True

    def __init__(self, feed: str, source: str, reason: str) -> None:
        self.feed, self.source, self.reason = feed, source, reason
        super().__init__(
            f"Feed '{feed}': {source} could not be read ({reason}).",
            do="check that the system is up and reachable from here; the next run fetches what is missing.",
        )


class SourceRefusedError(SendWarehouseError):
    """A source system answered, and said no (wrong credentials, unknown host key, no such path)."""

    def __init__(self, feed: str, source: str, reason: str, *, connection: str) -> None:
        self.feed, self.source, self.reason, self.connection = feed, source, reason, connection
        super().__init__(
            f"Feed '{feed}': {source} refused ({reason}).",
            do=f"correct the Airflow connection '{connection}' (address, login, secret, host key) and run again.",
        )


class SourceAnswerError(SendWarehouseError):
    """A source system answered, but not with what was asked of it (an unknown location, a foreign next page)."""

    def __init__(self, feed: str, source: str, *, expected: str, came: str) -> None:
        self.feed, self.source, self.expected, self.came = feed, source, expected, came
        super().__init__(
            f"Feed '{feed}': from {source} expected {expected}, came {came}.",
            do="compare the feed's contract with what the source offers now, and correct the one that is wrong.",
        )


class DiskFullError(SendWarehouseError):
    """There was no room on this machine's disk for what came; worth trying again once there is."""

    retryable = True

    def __init__(self, feed: str, reason: str) -> None:
        self.feed, self.reason = feed, reason
        super().__init__(
            f"Feed '{feed}': the disk of the data folder has no room for what came ({reason}). Nothing half written was"
            " kept.",
            do="make room on that disk (or raise the quota) and run again; the next run fetches what is missing.",
        )


class FileRefusedError(SendWarehouseError):
    """A delivered file cannot be read as what its contract says it is; it is kept, and nothing of it is loaded."""

    def __init__(self, feed: str, file: str, *, expected: str, came: str) -> None:
        self.feed, self.file, self.expected, self.came = feed, file, expected, came
        super().__init__(
            f"Feed '{feed}', file '{file}': expected {expected}, came {came}. The file is kept and was not loaded.",
            do="ask the feed's owner for a corrected file, or change the feed's contract if its layout has changed.",
        )


class DeliveryHeldError(SendWarehouseError):
    """A delivery was read, but what it says would empty what is known; a person must say whether it is right.

    `changes` are headings and counts.
    """

    def __init__(self, area: str, feed: str, file: str, *, sha256: str, changes: str) -> None:
        self.area, self.feed, self.file, self.sha256, self.changes = area, feed, file, sha256, changes
        super().__init__(
            f"Feed '{feed}', file '{file}' is held: {changes}. It is kept and does not count; the last good delivery "
            "stays in use.",
            do=f"ask the feed's owner whether that is right. If it is, `{accept_command(area, feed, sha256)}`; if not, "
            "have a corrected file delivered.",
        )


def accept_command(area: str, feed: str, sha256: str) -> str:
    """The command by which a person says that a held file is right."""
    return f"send deliveries accept --area {area} --feed {feed} --file {sha256[:12]} --by NAME --reason …"


class DeliveriesRefusedError(SendWarehouseError):
    """Several files of one attempt were refused or are held; each is named with what to do about it."""

    def __init__(self, feed: str, refusals: Iterable[FileRefusedError | DeliveryHeldError]) -> None:
        self.feed, self.refusals = feed, list(refusals)
        super().__init__(
            f"Feed '{feed}': {len(self.refusals)} files do not count. "
            f"{_numbered(each.problem for each in self.refusals)}",
            do=_numbered(each.do for each in self.refusals),
        )


class EmptyFileError(FileRefusedError):
    """A source delivered a file without a single byte in it; there was nothing to keep."""

    def __init__(self, feed: str, file: str) -> None:
        self.feed, self.file, self.expected, self.came = feed, file, "a file with rows", "an empty file"
        SendWarehouseError.__init__(
            self,
            f"Feed '{feed}', file '{file}': expected a file with rows, came an empty file. Nothing was landed.",
            do="ask the feed's owner to deliver the file again; the next run fetches it.",
        )


class DamagedFileError(FileRefusedError):
    """A file never came with the checksum that its source states for it."""

    def __init__(self, feed: str, file: str, *, checksum: str) -> None:
        self.feed, self.file = feed, file
        self.expected, self.came = f"the {checksum} its source states for it", "another"
        SendWarehouseError.__init__(
            self,
            f"Feed '{feed}', file '{file}': expected {self.expected}, came {self.came}, each time it was fetched."
            " Nothing was landed.",
            do="ask the feed's owner to deliver the file and its checksum again; the next run fetches it.",
        )


class UploadRefusedError(SendWarehouseError):
    """A file that was handed in could not be recognised as one of the feeds, so nothing of it was taken in."""

    def __init__(self, file: str, *, expected: str, came: str, do: str | None = None) -> None:
        self.file, self.expected, self.came = file, expected, came
        super().__init__(
            f"Upload of {file}: expected {expected}, came {came}. Nothing of it was taken in.",
            do=do
            or "name its feed with --feed if you know it, or ask the feed's owner for the file as its contract has it.",
        )


class ContractError(SendWarehouseError):
    """A contract file itself is wrong."""

    def __init__(self, file: str, *, field: str, expected: str, came: str) -> None:
        self.file, self.field = file, field
        super().__init__(
            f"Contract {file}, '{field}': expected {expected}, came {came}.", do="correct the contract file."
        )


class FeedLateError(SendWarehouseError):
    """A feed the night cannot do without has no delivery within its allowed age."""

    def __init__(self, feed: str, *, last: str | None, allowed_days: int, owner: str) -> None:
        self.feed, self.last, self.allowed_days, self.owner = feed, last, allowed_days, owner
        came = f"the last good delivery is of {last}" if last else "there has never been a good delivery"
        super().__init__(
            f"Feed '{feed}' is late: {came}, and it may be {allowed_days} days old at most.",
            do=f"call {owner}; then run the sector's pull again. Last night's warehouse stays in use.",
        )


class BalanceError(SendWarehouseError):
    """Rows were lost between a file and what was loaded from it. Always a fault of the warehouse."""

    def __init__(self, feed: str, file: str, *, read: int, loaded: int, quarantined: int, duplicate: int) -> None:
        self.feed, self.file = feed, file
        super().__init__(
            f"Feed '{feed}', file '{file}': read {read} rows but accounted for {loaded + quarantined + duplicate} "
            f"(loaded {loaded}, quarantined {quarantined}, duplicate {duplicate}).",
            do="keep the file and report this as a defect; nothing of the file was loaded.",
        )


class TransformError(SendWarehouseError):
    """dbt could not build the models."""

    def __init__(self, layer: str, failures: Iterable[str]) -> None:
        self.layer, self.failures = layer, list(failures)
        super().__init__(
            f"dbt could not build layer '{layer}': {'; '.join(self.failures)}.",
            do="read the named models; last night's warehouse stays in use.",
        )


class GateFailedError(SendWarehouseError):
    """A critical expectation was not met, so nothing is published."""

    def __init__(self, gate: str, failures: Iterable[str]) -> None:
        self.gate, self.failures = gate, list(failures)
        super().__init__(
            f"The gate '{gate}' stopped the night: {' '.join(self.failures)}",
            do="put the named data right at its source and run again. Last night's warehouse stays in use.",
        )


class GateBrokenError(SendWarehouseError):
    """An expectation could not be evaluated: our fault, counted neither as a pass nor as bad data."""

    def __init__(self, gate: str, expectations: Iterable[str]) -> None:
        self.gate, self.expectations = gate, list(expectations)
        super().__init__(
            f"The gate '{gate}' could not evaluate: {' '.join(self.expectations)}",
            do="report this as a defect of the warehouse; last night's warehouse stays in use.",
        )


class ReturnInvalidError(SendWarehouseError):
    """A return's file does not fit its schema."""

    def __init__(self, file: str, *, line: int | None, reason: str) -> None:
        self.file, self.line = file, line
        where = f"{file}, line {line}" if line else file
        super().__init__(f"{where}: {reason}.", do="correct the record at that line in its source system.")


class ReturnRefusedError(SendWarehouseError):
    """A file offered as a return cannot be read as one at all, so nothing in it was checked."""

    def __init__(self, file: str, *, line: int | None, expected: str, came: str, do: str | None = None) -> None:
        self.file, self.line, self.expected, self.came = file, line, expected, came
        where = f"{file}, line {line}" if line else file
        super().__init__(
            f"{where}: expected {expected}, came {came}. Nothing in the file was checked.",
            do=do or "ask whoever made the file for a whole one, and check it again.",
        )


class WorkbookRefusedError(SendWarehouseError):
    """A workbook offered for import is not what it should be; nothing of it was taken."""

    def __init__(self, file: str, *, expected: str, came: str, do: str | None = None) -> None:
        self.file, self.expected, self.came = file, expected, came
        super().__init__(
            f"Workbook {file}: expected {expected}, came {came}. Nothing of it was taken.",
            do=do
            or "save the workbook again as .xlsx from Excel, with its column headings in one row, and import it again.",
        )


class RuleBrokenError(SendWarehouseError):
    """A rule of a return could not be evaluated: our fault, counted neither as a pass nor as bad data."""

    def __init__(self, rule: str, reason: str) -> None:
        self.rule, self.reason = rule, reason
        super().__init__(f"Rule {rule} could not be evaluated ({reason}).", do="report this as a defect of the rule.")


class OverlayDamagedError(SendWarehouseError):
    """A file of corrections or notes holds a line that is none."""

    def __init__(self, file: str, *, line: int) -> None:
        self.file, self.line = file, line
        super().__init__(
            f"{file}, line {line}: this is no entry of the overlay.",
            do="put the file back from a backup; only the commands of `send` ever add to it.",
        )


class OverlayRefusedError(SendWarehouseError):
    """A correction or a note that cannot be made. Never quotes a value: it may be a child's."""

    def __init__(
        self, what: str, *, field: str, expected: str, came: str, line: int | None = None, do: str | None = None
    ) -> None:
        self.what, self.field, self.line = what, field, line
        where = f"{what}, line {line}" if line else what
        super().__init__(
            f"{where}: '{field}' should be {expected}, came {came}. Nothing was written.",
            do=do or f"correct '{field}' and try again.",
        )


class HoldsDamagedError(SendWarehouseError):
    """The list of persons under a legal hold cannot be relied on, so nothing is deleted."""

    def __init__(self, file: str, *, reason: str, do: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"{file}: {reason}. Nothing was deleted.", do=do)


class NightTakenError(SendWarehouseError):
    """Another run has begun to build this area's night meanwhile."""

    def __init__(self, area: str, *, mine: str, theirs: str) -> None:
        self.area = area
        super().__init__(
            f"Area {area}: night '{mine}' cannot go on, because night '{theirs}' is being built now.",
            do="let the newer run finish; it does everything this one would have done.",
        )


class NothingPublishedError(SendWarehouseError):
    """An area has no published night yet."""

    def __init__(self, area: str) -> None:
        self.area = area
        super().__init__(f"Area {area} has no published night yet.", do=f"run `make nightly AREA={area}` first.")


class FiguresUnmetError(SendWarehouseError):
    """The sandbox could not make casework that adds up to an area's published figures. Always its own fault."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(
            f"The published figures cannot all be met: {what}.",
            do="report this as a defect of the sandbox, with area and seed; another seed may do meanwhile.",
        )


class FreezeRefusedError(SendWarehouseError):
    """The census position cannot be frozen yet."""

    def __init__(self, area: str, collection: int, reasons: Iterable[tuple[str, str]]) -> None:
        """`reasons` are pairs: what is in the way, and what to do about it."""
        self.area, self.collection, self.reasons = area, collection, list(reasons)
        super().__init__(
            f"Area {area}, collection {collection}: not frozen. {_numbered(what for what, _ in self.reasons)}",
            do=_numbered(do for _, do in self.reasons),
        )


class SignRefusedError(SendWarehouseError):
    """A frozen return cannot be signed: every reason at once."""

    def __init__(self, submission: str, reasons: Iterable[tuple[str, str]]) -> None:
        """`reasons` are pairs: what is in the way, and what to do about it."""
        self.submission, self.reasons = submission, list(reasons)
        super().__init__(
            f"Submission {submission}: not signed. {_numbered(what for what, _ in self.reasons)}",
            do=_numbered(do for _, do in self.reasons),
        )


class SubmissionUnknownError(SendWarehouseError):
    """There is no frozen return of that serial number."""

    def __init__(self, area: str, collection: int, serial: str, *, known: Iterable[str]) -> None:
        self.area, self.collection, self.serial = area, collection, serial
        there = ", ".join(known) or "none"
        super().__init__(
            f"Area {area}, collection {collection}: there is no submission '{serial}' (there: {there}).",
            do="name one that is there, or freeze the published night with `send sen2 freeze`.",
        )


class RebuildRefusedError(SendWarehouseError):
    """A frozen return cannot be built again from what is here."""

    def __init__(self, manifest: str, reason: str, *, do: str) -> None:
        self.manifest, self.reason = manifest, reason
        super().__init__(f"{manifest}: not built again. {reason}.", do=do)


class CellUnknownError(SendWarehouseError):
    """No cell of the return is meant by what was asked."""

    def __init__(self, what: str, *, do: str) -> None:
        self.what = what
        super().__init__(f"{what}.", do=do)


def _numbered(sentences: Iterable[str]) -> str:
    listed = [sentence.rstrip(".") for sentence in sentences]
    if len(listed) == 1:
        return f"{listed[0]}."
    return " ".join(f"({number}) {sentence}." for number, sentence in enumerate(listed, start=1))
