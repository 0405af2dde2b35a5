"""Who may do what; claims, inboxes, notices, duplicates, attachments, the late and the warned."""
