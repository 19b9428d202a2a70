from django.db import migrations

KEEP = """
CREATE FUNCTION catalog_audit_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.at := clock_timestamp();  -- nobody dates a line
    RETURN NEW;
END $$;
CREATE FUNCTION catalog_audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '400 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The audit log is only added to.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_stamp BEFORE INSERT ON catalog_auditentry FOR EACH ROW EXECUTE FUNCTION catalog_audit_stamp();
CREATE TRIGGER audit_keep BEFORE UPDATE OR DELETE ON catalog_auditentry FOR EACH ROW EXECUTE FUNCTION catalog_audit_keep();
"""
DROP = """
DROP TRIGGER audit_keep ON catalog_auditentry;
DROP TRIGGER audit_stamp ON catalog_auditentry;
DROP FUNCTION catalog_audit_keep();
DROP FUNCTION catalog_audit_stamp();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0009_accounts")]
    operations = [migrations.RunSQL(KEEP, DROP)]
