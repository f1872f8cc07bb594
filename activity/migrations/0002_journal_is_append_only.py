"""Let the database refuse every change to the journal."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE ON activity_journalentry
    FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
"""
BACKWARD = """
DROP TRIGGER journal_is_append_only ON activity_journalentry;
DROP FUNCTION journal_is_append_only();
"""


class Migration(migrations.Migration):
    """The journal is only added to."""

    dependencies = [("activity", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
