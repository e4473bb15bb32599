"""The database of issues, ledgers and weekly slots: its tables, migrations and queries."""

from digest.store.records import SlotRecord, Store, ledger_rows

__all__ = ["SlotRecord", "Store", "ledger_rows"]
