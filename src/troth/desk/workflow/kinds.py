"""Which rights are done how: by whom they are decided, and by what they are carried out."""

from __future__ import annotations

DIRECTIVES = "directives-after-death"
HAND_OVER = "hand-over"
"""What goes to somebody after a death, by a wish or to settle the estate (Loi 78-17, art. 85)."""
DONE_BY_RECORDING = ("withdrawal", DIRECTIVES, "human-decision", "account-closure", "death")
"""What changes no data by itself: it is a consent, a wish, a day, or a task for somebody."""
OF_ITSELF = ("opt-out", "restriction", HAND_OVER, *DONE_BY_RECORDING)
"""What takes effect as soon as it is known (Art. 7(3), 18, 21(3), 22(3); Loi 78-17, art. 85): there
is nothing to decide."""
WITHOUT_IDENTITY = ("opt-out",)
"""What is done for whoever asks: it takes nothing from anybody but advertisements."""
PACKAGED = ("access", "portability", HAND_OVER)
BY_ACTS = ("erasure", "objection", "opt-out")
"""What is carried out by a plan of the engine of retention."""
PLANNED = (*BY_ACTS, "rectification", "restriction")
"""What is carried out by a plan that is shown first."""
ELSEWHERE = ("rectification", "restriction")
"""What may also have been carried out by a command of its own, and is noted then."""
