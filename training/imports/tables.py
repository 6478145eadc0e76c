"""Batches of spreadsheet rows: what was read, what was found, what was answered, what was applied."""

from piccolo.columns import JSONB, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from training.files.tables import File


class Batch(Table, tablename="import_batch"):
    """One uploaded list on its way in. The file itself is kept, so everything here can be worked out again from it."""

    id: Serial
    kind = Varchar(length=20, default=None)  # roster, certificates, scores
    file = ForeignKey(File, null=False, on_delete=OnDelete.restrict)
    session = Integer(null=True, default=None)  # whose marks a score sheet holds
    status = Varchar(length=12, default=None)  # reading, ready, applied, discarded, failed
    uploaded_by = Integer(null=True, default=None)
    uploaded_at = Timestamptz(default=None)
    rows_read = Integer(default=0)  # so far, while it is being read
    heartbeat_at = Timestamptz(null=True, default=None)  # of the reading under way
    reading = Integer(default=0)  # counts the readings, so that one that was overtaken writes nothing
    failure = JSONB(null=True, default=None)  # why it could not be read
    told = JSONB(null=True, default=None)  # sheets, columns, rows by outcome, other rows: of the last reading
    answers_sealed = Text(null=True, default=None)  # they may hold identity numbers that were typed in
    applied_by = Integer(null=True, default=None)
    applied_at = Timestamptz(null=True, default=None)

    ck_import_batch_status = Check("status IN ('reading', 'ready', 'applied', 'discarded', 'failed')")
    ck_import_batch_kind = Check("kind IN ('roster', 'certificates', 'scores')")


class Row(Table, tablename="import_row"):
    """A data row of a batch: those with something to say, and once applied those that were written.

    Its cells and changes are sealed: they hold identity numbers. Unchanged rows without findings are only counted.
    """

    id: Serial
    batch = ForeignKey(Batch, null=False, on_delete=OnDelete.restrict)
    sheet = Varchar(length=100, default=None)
    number = Integer(default=None)  # as the spreadsheet program shows it
    outcome = Varchar(length=10, default=None)  # new, changed, unchanged, asked, refused, skipped
    cells_sealed = Text(null=True, default=None)  # None: as in the file, nothing to show
    findings = JSONB(default="[]")
    person = Integer(null=True, default=None)
    certificate = Integer(null=True, default=None)

    uq_import_row_batch_sheet_number = Unique([batch, sheet, number])
    ck_import_row_outcome = Check("outcome IN ('new', 'changed', 'unchanged', 'asked', 'refused', 'skipped')")
