"""How long tests wait for what must happen. A limit ends what hangs; it says nothing of how fast a machine is."""

# A hint of a job that was lost is found after 12 s; a machine may have several suites and one slow disk.
PATIENCE_S = 120.0
