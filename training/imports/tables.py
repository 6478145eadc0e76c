"""Batches of spreadsheet rows: what was read, what was found, what was answered, what was applied."""

from piccolo.columns import JSONB, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from training.files.tables import File


class Batch(Table, tablename="import_batch"):
    """One uploaded workbook on its way in."""

    id: Serial
    kind = Varchar(length=20, default=None)  # roster, certificates, scores
    file = ForeignKey(File, null=False, on_delete=OnDelete.restrict)
    status = Varchar(length=12, default=None)  # reading, ready, applied, discarded, failed
    uploaded_by = Integer(null=True, default=None)
    uploaded_at = Timestamptz(default=None)
    rows_read = Integer(default=0)
    rows_total = Integer(default=0)
    heartbeat_at = Timestamptz(null=True, default=None)  # of the reading under way
    failure = JSONB(null=True, default=None)
    answers = JSONB(default="{}")
    applied_by = Integer(null=True, default=None)
    applied_at = Timestamptz(null=True, default=None)

    ck_import_batch_status = Check("status IN ('reading', 'ready', 'applied', 'discarded', 'failed')")
    ck_import_batch_kind = Check("kind IN ('roster', 'certificates', 'scores')")


class Row(Table, tablename="import_row"):
    """One data row of a batch. Its cells are sealed: they hold identity numbers."""

    id: Serial
    batch = ForeignKey(Batch, null=False, on_delete=OnDelete.restrict)
    sheet = Varchar(length=100, default=None)
    number = Integer(default=None)  # as the spreadsheet program shows it
    outcome = Varchar(length=10, default=None)  # new, changed, unchanged, asked, refused, skipped
    cells_sealed = Text(default=None)
    findings = JSONB(default="[]")
    person = Integer(null=True, default=None)
    certificate = Integer(null=True, default=None)

    uq_import_row_batch_sheet_number = Unique([batch, sheet, number])
    ck_import_row_outcome = Check("outcome IN ('new', 'changed', 'unchanged', 'asked', 'refused', 'skipped')")
