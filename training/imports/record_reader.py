"""Reads the cells of a data row into a record. This runs in the worker process."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from training.imports import cells
from training.imports.dates import MISSING, Part, ReadDate, State, read_date
from training.imports.headers import Kind, Layout
from training.imports.records import BETWEEN, CertificateCells, LedgerRow, PersonRow, Record, Said, ScoreRow, prefix_of
from training.imports.rules import Code, Finding, quoted
from training.imports.sheets import Value
from training.people import rules as people
from training.words import say


@dataclass(slots=True)
class _Row:
    """A row being read: its cells as they are and as text, by field, and what was found so far."""

    held: Mapping[str, Value]
    plain: Mapping[str, str]
    found: list[Finding]


class Reader:
    """Reads the data rows of one sheet into records. `fixes` replaces cells: (row, field) -> text."""

    def __init__(
        self,
        layout: Layout,
        *,
        sheet: int,
        date_1904: bool,
        today: date,
        fixes: Mapping[tuple[int, str], str] | None = None,
    ) -> None:
        self._layout, self._sheet, self._date_1904, self._today = layout, sheet, date_1904, today
        self._fixes = fixes or {}
        self._columns = fields_of(layout)
        readers: dict[Kind, Callable[[int, _Row], Record]] = {
            Kind.ROSTER: self._person,
            Kind.CERTIFICATES: self._certificates,
            Kind.SCORES: self._marks,
        }
        self._read = readers[layout.kind]

    def record(self, number: int, values: Sequence[Value]) -> Record:
        """The record of a data row."""
        length = len(values)
        held: dict[str, Value] = {
            field: values[column] if column < length else None for field, column in self._columns.items()
        }
        if self._fixes:
            held.update({field: self._fixes[number, field] for field in held if (number, field) in self._fixes})
        return self._read(number, _Row(held, {field: cells.text(value) for field, value in held.items()}, []))

    def _date(self, row: _Row, field: str, part: Part) -> ReadDate:
        value = row.held.get(field)
        if value is None:
            return MISSING
        read = read_date(value, part, date_1904=self._date_1904, field=field)
        if read.findings:
            row.found.extend(read.findings)
        return read

    def _who(self, row: _Row) -> tuple[people.WrittenName, cells.Identity, str]:
        name, about_name = cells.name(row.held.get("name"))
        identity = cells.identity(row.held.get("id_number"), self._today)
        number, about_number = cells.staff_number(row.held.get("employee_no"))
        row.found.extend((*about_name, *identity.findings, *about_number))
        return name, identity, number

    def _short(self, row: _Row, field: str, limit: int) -> str:
        plain = cells.meant(row.plain.get(field, ""))
        if len(plain) <= limit:
            return plain
        plain, findings = cells.limited(plain, limit, field)
        row.found.extend(findings)
        return plain

    def _person(self, number: int, row: _Row) -> PersonRow:
        name, identity, staff_number = self._who(row)
        hired = self._date(row, "hire_date", Part.START)
        left = self._date(row, "leave_date", Part.END)
        phone, about_phone = cells.phone(row.held.get("phone"))
        row.found.extend(about_phone)
        gone = self._gone(row, name, left)
        sex = cells.sex(row.held.get("gender"))
        row.found.extend(self._contradictions(row, identity, sex))
        if left.on and hired.on and left.on < hired.on:
            message = say("The person left on {left}, before being hired on {hired}.", left=left.on, hired=hired.on)
            row.found.append(Finding(Code.DATE_ORDER, message, "leave_date"))
        site, position = self._short(row, "site", 100), self._short(row, "post", 100)
        employer, sound = self._short(row, "employer", 100), self._short(row, "pinyin", 200)
        remark = self._remark(row)
        return PersonRow(
            self._sheet,
            number,
            BETWEEN.join(row.plain.values()),
            [Said.of(finding) for finding in row.found],
            name.name,
            identity.kind,
            identity.number,
            staff_number,
            sex or people.sex(identity.number),
            site,
            position,
            hired.on,
            gone,
            left.on if gone else None,
            phone,
            employer,
            remark,
            sound,
        )

    def _gone(self, row: _Row, name: people.WrittenName, left: ReadDate) -> bool:
        status = cells.status_word(row.held.get("status"))
        if status == "unknown":
            message = say(
                "“{cell}” says neither that the person works here nor that they left.", cell=quoted(row.plain["status"])
            )
            row.found.append(Finding(Code.STATUS_UNREADABLE, message, "status"))
        return status in ("left", "no") or name.left or left.state == State.KNOWN

    def _contradictions(self, row: _Row, identity: cells.Identity, sex: str) -> Iterable[Finding]:
        if identity.kind != "resident_id":
            return
        born = read_date(row.held.get("birth_date"), date_1904=self._date_1904)
        day = born.on if born.precision == "day" else None
        for message in people.contradictions(identity.number, sex_says=sex, born=day):
            yield Finding(Code.ID_CONTRADICTED, message, "id_number")

    def _remark(self, row: _Row) -> str:
        remark, certificates = self._short(row, "remark", 2000), self._short(row, "certs_text", 2000)
        if not certificates:
            return remark
        message = say(
            "“{cell}” is kept as a remark; certificates come from the certificate ledger.", cell=quoted(certificates)
        )
        row.found.append(Finding(Code.CERTIFICATES_TEXT, message, "certs_text"))
        return f"{remark}；持证情况：{certificates}".lstrip("；")

    def _certificates(self, number: int, row: _Row) -> LedgerRow:
        name, identity, staff_number = self._who(row)
        if "name" not in row.held and (identity.number or staff_number):
            row.found = [finding for finding in row.found if finding.code is not Code.NAME_MISSING]
        if self._layout.blocks:
            every = [self._certificate(row, at, block.title) for at, block in enumerate(self._layout.blocks)]
            certificates = [one for one in every if _holds_something(one)]
        else:
            certificates = [self._certificate(row, -1, "")]
        site, position = self._short(row, "site", 100), self._short(row, "post", 100)
        remark = self._short(row, "remark", 2000)
        return LedgerRow(
            self._sheet,
            number,
            BETWEEN.join(row.plain.values()),
            [Said.of(finding) for finding in row.found],
            name.name,
            identity.kind,
            identity.number,
            staff_number,
            site,
            position,
            remark,
            certificates,
        )

    def _certificate(self, row: _Row, block: int, title: str) -> CertificateCells:
        prefix = prefix_of(block)

        def day(field: str, part: Part) -> ReadDate:
            return self._date(row, prefix + field, part)

        def short(field: str, limit: int) -> str:
            return self._short(row, prefix + field, limit)

        issued, first = day("issue_date", Part.START), day("first_issue_date", Part.START)
        begins, ends = day("valid_from", Part.START), day("valid_to", Part.END)
        review = day("review_due", Part.END)
        # Where the end has no column of its own, a range may stand in the column of the beginning.
        expires = (
            ends if ends.state != State.MISSING else next((one for one in (issued, begins) if one.starts_on), ends)
        )
        issued_on = issued.starts_on or issued.on or begins.starts_on or begins.on or ends.starts_on
        known = expires.state == State.KNOWN
        status = cells.status_word(row.held.get(prefix + "status"))
        number = self._number(row, prefix + "cert_number")
        inside = (people.embedded_id(number) or "") if len(number) in (18, 19) else ""
        one = CertificateCells(
            block,
            short("cert_name", 100) or title,
            short("cert_item", 100),
            short("cert_level", 40),
            number,
            inside,
            people.mask(number) if inside else "",
            short("issuer", 200),
            first.on,
            issued_on,
            expires.on if known else None,
            expires.precision if known else "day",
            expires.state == State.NO_EXPIRY or (status == "no_expiry" and not known),
            review.on,
            self._reviewed(row, prefix),
            status == "in_process" or State.IN_PROCESS in (ends.state, review.state, issued.state),
            short("keeper", 100),
        )
        self._check_dates(row, one, prefix)
        return one

    def _reviewed(self, row: _Row, prefix: str) -> date | None:
        """The latest review; a column of words about it, such as 合格, is left out and told."""
        field = prefix + "last_review"
        value = row.held.get(field)
        if value is None:
            return None
        read = read_date(value, Part.START, date_1904=self._date_1904, field=field)
        if read.state == State.UNREADABLE:
            message = say("“{cell}” is not the day of a review, so it is left out.", cell=quoted(row.plain[field]))
            row.found.append(Finding(Code.CELL_LEFT_OUT, message, field))
        else:
            row.found.extend(read.findings)
        return read.on

    def _number(self, row: _Row, field: str) -> str:
        value = row.held.get(field)
        if value is None:
            return ""
        numeric = isinstance(value, float | int) and not isinstance(value, bool)
        plain = people.normal(cells.meant(row.plain[field]))
        if plain and people.damaged(plain, numeric=numeric):
            row.found.append(Finding(Code.NUMBER_DAMAGED, cells.DAMAGED, field))
            return ""
        plain, findings = cells.limited(plain, 80, field)
        row.found.extend(findings)
        return plain

    def _check_dates(self, row: _Row, one: CertificateCells, prefix: str) -> None:
        for day, field in ((one.issued_on, "issue_date"), (one.first_issued_on, "first_issue_date")):
            if day and day > self._today:
                message = say("The issue date {issued} is in the future.", issued=day)
                row.found.append(Finding(Code.DATE_FUTURE, message, prefix + field))
        if one.reviewed_on and one.reviewed_on > self._today:
            message = say("The review on {day} is in the future.", day=one.reviewed_on)
            row.found.append(Finding(Code.DATE_FUTURE, message, prefix + "last_review"))
        if one.issued_on and one.expires_on and one.expires_on < one.issued_on:
            message = say(
                "It ends on {end}, before it is issued on {issued}.", end=one.expires_on, issued=one.issued_on
            )
            row.found.append(Finding(Code.DATE_ORDER, message, prefix + "valid_to"))

    def _lone_total(self, row: _Row, marks: Mapping[str, cells.Mark]) -> str:
        """The total as a mark, where the sheet has no columns of parts."""
        if marks.keys() & {"theory_score", "practical_score"} or "total" not in row.held:
            return ""
        mark = cells.mark(row.held["total"], "total")
        row.found.extend(mark.findings)
        return _mark_text(mark)

    def _marks(self, number: int, row: _Row) -> ScoreRow:
        name, identity, staff_number = self._who(row)
        marks = {
            field: cells.mark(row.held[field], field)
            for field in ("theory_score", "practical_score", "resit")
            if field in row.held
        }
        for mark in marks.values():
            row.found.extend(mark.findings)
        examined = self._date(row, "exam_date", Part.START)
        site, position = self._short(row, "site", 100), self._short(row, "post", 100)
        lone_total = self._lone_total(row, marks)
        return ScoreRow(
            self._sheet,
            number,
            BETWEEN.join(row.plain.values()),
            [Said.of(finding) for finding in row.found],
            name.name,
            identity.kind,
            identity.number,
            staff_number,
            site,
            position,
            _mark_text(marks.get("theory_score")),
            _mark_text(marks.get("practical_score")),
            cells.meant(row.plain.get("total", "")),
            lone_total,
            _mark_text(marks.get("resit")),
            cells.status_word(row.held.get("result")) if row.plain.get("result") else "",
            examined.on,
        )


def fields_of(layout: Layout) -> dict[str, int]:
    """Every field of a layout with its column; those of a wide ledger's blocks as `0.cert_number`."""
    blocks = {
        f"{at}.{field}": column for at, block in enumerate(layout.blocks) for field, column in block.columns.items()
    }
    return {**{field: column for field, column in layout.columns.items() if field != "seq"}, **blocks}


def _holds_something(one: CertificateCells) -> bool:
    """Whether a block of a wide row says that there is a certificate: a title and a level alone do not."""
    return bool(one.number or one.issued_on or one.expires_on or one.no_expiry or one.first_issued_on)


def _mark_text(mark: cells.Mark | None) -> str:
    if mark is None:
        return ""
    return "absent" if mark.absent else str(mark.points) if mark.points is not None else ""
