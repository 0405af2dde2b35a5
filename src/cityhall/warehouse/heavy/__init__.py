"""Heavy queries in processes of their own, which can be killed: at their wall-clock limit, or by the operating
system at their memory limit. The engine's own interrupt and memory limit are kept, and not trusted.
"""
