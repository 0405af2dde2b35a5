"""Makes synthetic cities from declarations: an item says how its values are made and which errors are put in
at which rate, and the engine turns that into one SQL query per file. Every value is a pure function of
(seed, item, row number), so any part of any file can be made again alone, on any number of threads, byte
for byte. It never reads real data and never invents a real person."""
