"""What people ask of an agency about data: open it, correct it, let me use it. Each is a case (`data_feedback`, `data_access`):
opening checks what may be asked and files it, keeps a row of what lists and figures need, and writes the decision down.
"""
