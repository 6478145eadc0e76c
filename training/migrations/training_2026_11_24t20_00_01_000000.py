"""What Piccolo's tables cannot declare: partial and composite indexes, and the journal's lock."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from training.db import DB

ID = "2026-11-24T20:00:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes and the journal's lock"

STATEMENTS = """
CREATE UNIQUE INDEX uq_assignment_open_person ON assignment (person) WHERE ends_on IS NULL;
CREATE INDEX ix_assignment_site_person ON assignment (site, person);
-- Nobody is in two places on one day. An empty or backward stretch of days is refused with it.
ALTER TABLE assignment ADD CONSTRAINT ex_assignment_person_days EXCLUDE USING gist (
    int4range(person, person, '[]') WITH &&, daterange(starts_on, ends_on, '[]') WITH &&
);
CREATE INDEX ix_person_staff_number_pattern ON person (staff_number varchar_pattern_ops);
CREATE INDEX ix_person_name_pattern ON person (name varchar_pattern_ops);
CREATE INDEX ix_person_pinyin_id ON person (pinyin, id);
CREATE INDEX ix_person_pinyin_pattern ON person (replace(pinyin, ' ', '') text_pattern_ops);
CREATE INDEX ix_person_initials_pattern ON person (initials varchar_pattern_ops);
CREATE INDEX ix_person_staff_number_tail ON person ("right"(staff_number, 4));
CREATE INDEX ix_person_phone_tail ON person (phone_tail);
CREATE INDEX ix_person_employer ON person (employer) WHERE employer <> '';

CREATE INDEX ix_certificate_person_type ON certificate (person, type, item);
CREATE INDEX ix_certificate_type_id ON certificate (type, id);
CREATE INDEX ix_certificate_number ON certificate (number varchar_pattern_ops) WHERE number <> '';
CREATE INDEX ix_certificate_number_end ON certificate ("right"(number, 4)) WHERE number <> '';
CREATE INDEX ix_certificate_number_index ON certificate (number_index) WHERE number_index IS NOT NULL;
-- Who must renew, read from the indexes alone: what ends, with and without a printed end, and what is reviewed.
CREATE INDEX ix_certificate_live_expires_on ON certificate (expires_on)
    INCLUDE (id, person, type, issued_on, suspended_on)
    WHERE superseded_on IS NULL AND revoked_on IS NULL AND expires_on IS NOT NULL;
CREATE INDEX ix_certificate_live_unprinted ON certificate (type, issued_on)
    INCLUDE (id, person, suspended_on, review_due_on)
    WHERE superseded_on IS NULL AND revoked_on IS NULL AND expires_on IS NULL AND NOT no_expiry;
CREATE INDEX ix_certificate_live_review_due_on ON certificate (review_due_on)
    INCLUDE (id, person, type, issued_on, suspended_on, reviewed_on, expires_on, no_expiry)
    WHERE superseded_on IS NULL AND revoked_on IS NULL AND review_due_on IS NOT NULL;
CREATE INDEX ix_certificate_live_unreviewed ON certificate (type, issued_on)
    INCLUDE (id, person, suspended_on, reviewed_on, expires_on, no_expiry)
    WHERE superseded_on IS NULL AND revoked_on IS NULL AND review_due_on IS NULL;
-- What was still live on a day gone by, and what is in a state that few are in.
CREATE INDEX ix_certificate_superseded_on ON certificate (superseded_on) WHERE superseded_on IS NOT NULL;
CREATE INDEX ix_certificate_revoked_on ON certificate (revoked_on) WHERE revoked_on IS NOT NULL;
CREATE INDEX ix_certificate_suspended_on ON certificate (suspended_on) WHERE suspended_on IS NOT NULL;
CREATE INDEX ix_certificate_in_process_on ON certificate (in_process_on) WHERE in_process_on IS NOT NULL;
CREATE INDEX ix_person_left_on ON person (left_on) INCLUDE (id) WHERE left_on IS NOT NULL;

CREATE UNIQUE INDEX uq_enrolment_seat ON enrolment (session, person) WHERE withdrawn_at IS NULL;
CREATE UNIQUE INDEX uq_mark_first_entry ON mark (enrolment, part, attempt) WHERE replaces IS NULL;
CREATE INDEX ix_import_row_batch_outcome ON import_row (batch, outcome, id);
CREATE INDEX ix_journal_entry_subject ON journal_entry (subject, subject_id, id);

CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only';
END
$$;
CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

    async def run() -> None:
        transaction = DB.current_transaction.get()
        assert transaction is not None, "migrations run in a transaction"
        await transaction.connection.execute(STATEMENTS)

    manager.add_raw(run)
    return manager
