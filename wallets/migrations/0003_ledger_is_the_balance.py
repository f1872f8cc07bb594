"""Let the database hold a wallet's figures to its ledger, and the ledger to being added to only."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION wallet_balance_agrees_with_its_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked uuid;
    agrees boolean;
BEGIN
    IF TG_TABLE_NAME = 'wallets_wallet' THEN checked := NEW.id; ELSE checked := NEW.wallet_id; END IF;
    SELECT wallet.balance_cents = ledger.balance_cents
        AND wallet.credits_balance = ledger.credits_balance
        AND wallet.consumed_cents = ledger.consumed_cents
        AND wallet.consumed_credits = ledger.consumed_credits
    INTO agrees
    FROM wallets_wallet AS wallet, LATERAL (
        SELECT
            coalesce(sum(CASE transaction_type WHEN 'inbound' THEN amount_cents ELSE -amount_cents END), 0)
                AS balance_cents,
            coalesce(sum(CASE transaction_type WHEN 'inbound' THEN credit_amount ELSE -credit_amount END), 0)
                AS credits_balance,
            coalesce(sum(amount_cents) FILTER (WHERE kind = 'invoiced'), 0) AS consumed_cents,
            coalesce(sum(credit_amount) FILTER (WHERE kind = 'invoiced'), 0) AS consumed_credits
        FROM wallets_wallettransaction
        WHERE wallet_id = wallet.id AND status = 'settled'
    ) AS ledger
    WHERE wallet.id = checked;
    IF agrees IS FALSE THEN
        RAISE EXCEPTION 'the balance of wallet % is not the sum of its ledger', checked
        USING ERRCODE = 'integrity_constraint_violation',
            CONSTRAINT = 'wallet_balance_agrees_with_its_ledger';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER wallet_is_opened_as_its_ledger_says
    AFTER INSERT ON wallets_wallet DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION wallet_balance_agrees_with_its_ledger();
CREATE CONSTRAINT TRIGGER wallet_moves_with_its_ledger
    AFTER UPDATE ON wallets_wallet DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (
        (OLD.balance_cents, OLD.credits_balance, OLD.consumed_cents, OLD.consumed_credits)
        IS DISTINCT FROM
        (NEW.balance_cents, NEW.credits_balance, NEW.consumed_cents, NEW.consumed_credits)
    ) EXECUTE FUNCTION wallet_balance_agrees_with_its_ledger();
CREATE CONSTRAINT TRIGGER wallet_ledger_moves_with_its_wallet
    AFTER INSERT OR UPDATE OF status ON wallets_wallettransaction DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION wallet_balance_agrees_with_its_ledger();

CREATE FUNCTION wallet_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (OLD.wallet_id, OLD.kind, OLD.transaction_type, OLD.amount_cents, OLD.credit_amount, OLD.created_at)
            IS NOT DISTINCT FROM
            (NEW.wallet_id, NEW.kind, NEW.transaction_type, NEW.amount_cents, NEW.credit_amount, NEW.created_at)
            AND (OLD.status <> 'settled' OR NEW.status = 'settled')
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of a wallet''s ledger are added, never changed'
    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'wallet_ledger_is_append_only';
END $$;
CREATE TRIGGER wallet_ledger_is_append_only BEFORE UPDATE OR DELETE ON wallets_wallettransaction
    FOR EACH ROW EXECUTE FUNCTION wallet_ledger_is_append_only();
"""
BACKWARD = """
DROP TRIGGER wallet_ledger_is_append_only ON wallets_wallettransaction;
DROP FUNCTION wallet_ledger_is_append_only();
DROP TRIGGER wallet_ledger_moves_with_its_wallet ON wallets_wallettransaction;
DROP TRIGGER wallet_moves_with_its_ledger ON wallets_wallet;
DROP TRIGGER wallet_is_opened_as_its_ledger_says ON wallets_wallet;
DROP FUNCTION wallet_balance_agrees_with_its_ledger();
"""


class Migration(migrations.Migration):
    """A wallet holds what its ledger adds up to, at every commit."""

    dependencies = [("wallets", "0002_consumption")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
