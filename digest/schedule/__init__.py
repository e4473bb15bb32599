"""When the press runs: weekly slots, each made once, whatever clock, crashes and other processes do.

APScheduler is only an alarm clock: it calls run_once every minute. Truth is the slot's row in the database,
unique by edition and slot, so that a second process, a restart or a clock that goes back finds the work done.
"""
