"""`on_sale`, which the shopper's role looks at in place of each row's product and merchant.

The column is the second wall's own: no model knows it and no query of ours writes it, so that whoever forgets `public_photos` cannot
have forgotten this too. Triggers keep it: a new row asks its product, a product that changes tells its rows, and so does a merchant.
A row that is being added and a status that changes wait for each other; ordinary changes of the product wait for neither.
"""

from django.db import migrations

TABLES = ("catalog_photo", "catalog_colourway", "catalog_publishedvariant")

FUNCTIONS = """
CREATE FUNCTION catalog_on_sale_ask() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT p.status = 'active' AND m.is_active INTO NEW.on_sale
    FROM catalog_product p JOIN catalog_merchant m ON m.id = p.merchant_id
    WHERE p.id = NEW.product_id FOR KEY SHARE;
    NEW.on_sale := coalesce(NEW.on_sale, false);  -- without a product the foreign key refuses the row
    RETURN NEW;
END $$;
CREATE FUNCTION catalog_on_sale_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT 1 FROM %I WHERE id = $1 FOR UPDATE', TG_TABLE_NAME) USING NEW.id;
    RETURN NEW;
END $$;
CREATE FUNCTION catalog_on_sale_tell() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    child regclass;
    products text := CASE TG_TABLE_NAME WHEN 'catalog_product' THEN 'p.id = $1' ELSE 'p.merchant_id = $1' END;
BEGIN
    FOREACH child IN ARRAY ARRAY['catalog_photo', 'catalog_colourway', 'catalog_publishedvariant']::regclass[] LOOP
        EXECUTE format(
            'UPDATE %s c SET on_sale = now.on_sale FROM (SELECT p.id, p.status = ''active'' AND m.is_active AS on_sale '
            'FROM catalog_product p JOIN catalog_merchant m ON m.id = p.merchant_id WHERE ' || products || ') now '
            'WHERE c.product_id = now.id AND c.on_sale <> now.on_sale', child) USING NEW.id;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER on_sale_wait BEFORE UPDATE OF status, merchant_id ON catalog_product FOR EACH ROW
    WHEN (OLD.status <> NEW.status OR OLD.merchant_id <> NEW.merchant_id) EXECUTE FUNCTION catalog_on_sale_wait();
CREATE TRIGGER on_sale_wait BEFORE UPDATE OF is_active ON catalog_merchant FOR EACH ROW
    WHEN (OLD.is_active <> NEW.is_active) EXECUTE FUNCTION catalog_on_sale_wait();
CREATE TRIGGER on_sale_tell AFTER UPDATE OF status, merchant_id ON catalog_product FOR EACH ROW
    WHEN (OLD.status <> NEW.status OR OLD.merchant_id <> NEW.merchant_id) EXECUTE FUNCTION catalog_on_sale_tell();
CREATE TRIGGER on_sale_tell AFTER UPDATE OF is_active ON catalog_merchant FOR EACH ROW
    WHEN (OLD.is_active <> NEW.is_active) EXECUTE FUNCTION catalog_on_sale_tell();
"""
COLUMN = """
ALTER TABLE {table} ADD COLUMN on_sale boolean NOT NULL DEFAULT false;
CREATE TRIGGER on_sale_ask BEFORE INSERT OR UPDATE OF product_id ON {table}
    FOR EACH ROW EXECUTE FUNCTION catalog_on_sale_ask();
UPDATE {table} c SET on_sale = true FROM catalog_product p JOIN catalog_merchant m ON m.id = p.merchant_id
    WHERE p.id = c.product_id AND p.status = 'active' AND m.is_active;
"""
# The policy goes first, since it holds the column; the next `migrate` of the older release makes its own.
NO_COLUMN = """
DROP POLICY IF EXISTS for_sale ON {table};
DROP TRIGGER on_sale_ask ON {table};
ALTER TABLE {table} DROP COLUMN on_sale;
"""
NO_FUNCTIONS = """
DROP TRIGGER on_sale_tell ON catalog_merchant;
DROP TRIGGER on_sale_tell ON catalog_product;
DROP TRIGGER on_sale_wait ON catalog_merchant;
DROP TRIGGER on_sale_wait ON catalog_product;
DROP FUNCTION catalog_on_sale_tell();
DROP FUNCTION catalog_on_sale_wait();
DROP FUNCTION catalog_on_sale_ask();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0016_mirrored_photos")]
    operations = [
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        *(migrations.RunSQL(COLUMN.format(table=table), NO_COLUMN.format(table=table)) for table in TABLES),
    ]
