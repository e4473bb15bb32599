"""The database of issues, ledgers and weekly slots: its tables, migrations and queries."""

from digest.store.editorial import Approval, Editorial, Hold, Word
from digest.store.records import SlotRecord, Store, ledger_rows

__all__ = ["Approval", "Editorial", "Hold", "SlotRecord", "Store", "Word", "ledger_rows"]
