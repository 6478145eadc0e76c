"""Chizheng: who holds which certificate, until when, and what must happen next."""

import os

# Piccolo looks its engine up by this name; it must hold whichever module of ours is imported first.
os.environ["PICCOLO_CONF"] = "training.db"
