"""Collection: brings files, answers and tables from departments along one road into governed versions.

Sources, runs, schedules, receipts and the way back for corrected rows live here. It never invents a value, never
loses a row (read = clean + quarantined + duplicates), and never shows data: reading is the business of opening.
"""
