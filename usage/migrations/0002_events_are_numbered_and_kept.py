"""What Django cannot say of usage: numbering, the index of reads, exact numbers, append-only."""

from django.db import migrations

# A number is only drawn by a transaction that has its id already. Without that, one could draw a number,
# be overtaken by the watermark, and only then get an id that the watermark waits for.
NUMBERED = """
CREATE SEQUENCE usage_event_seq OWNED BY usage_usageevent.seq;
ALTER TABLE usage_usageevent ALTER seq SET DEFAULT
    CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('usage_event_seq') END;
"""
NOT_NUMBERED = """
ALTER TABLE usage_usageevent ALTER seq DROP DEFAULT;
DROP SEQUENCE usage_event_seq;
"""
INDEXED = """
CREATE INDEX usage_by_day ON usage_usageevent (source, ((at AT TIME ZONE 'UTC')::date), seq);
"""
NOT_INDEXED = "DROP INDEX usage_by_day;"

EXACT = """
ALTER TABLE usage_usageday
    ALTER total TYPE numeric, ALTER highest TYPE numeric, ALTER weighted TYPE numeric,
    ALTER stated_cents TYPE numeric, ALTER last_value TYPE numeric;
"""

APPEND_ONLY = """
CREATE FUNCTION usage_events_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are only ever added' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER usage_events_are_kept BEFORE UPDATE OR DELETE ON usage_usageevent
    FOR EACH STATEMENT EXECUTE FUNCTION usage_events_are_kept();
"""
NOT_APPEND_ONLY = """
DROP TRIGGER usage_events_are_kept ON usage_usageevent;
DROP FUNCTION usage_events_are_kept();
"""


class Migration(migrations.Migration):
    """Events are numbered as they arrive and are never changed."""

    dependencies = [("usage", "0001_initial")]
    operations = [
        migrations.RunSQL(NUMBERED, NOT_NUMBERED),
        migrations.RunSQL(INDEXED, NOT_INDEXED),
        migrations.RunSQL(EXACT, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND_ONLY, NOT_APPEND_ONLY),
    ]
