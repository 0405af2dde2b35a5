"""Cases: work that people do against a deadline, declared per type and carried by one small engine.

A type of case is a YAML file: states, acts, clocks, fields, tables, measures. It is compiled to a table; every act, live
or from history, goes through that table (`folding`), is kept as an event that is never changed, and leaves one projected row
per case that can be rebuilt from the events. Clocks are a pure function of events, limit and calendar (`kernel.calendars`).
This room knows no type by name, holds no dataset, sends no mail by itself (it asks `messaging`) and shows nothing.

Doors: `cases.actions` (install_type, load_calendar, open_case, act, act_on_many, attach, import_history, move_to_version…)
and `cases.queries` (types, case, track, inbox, near, measure, backlog, replay…).
"""
