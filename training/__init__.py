"""Chizheng: who holds which certificate, until when, and what must happen next."""
