"""Kernel: ids, time, errors, events, jobs and the small things every room needs. It imports nothing of ours and knows no room."""
