"""One trial: the real program does a fixed piece of work, is struck once, starts again, and must have kept its word.

control.py     steers the preloaded library and reads its log
promises.py    what the clients sent and what they were told
workload.py    the work: posts, voids, an import, two closings with their mails, a backup
aftermath.py   what must hold afterwards
trial.py       one trial from beginning to end
"""
