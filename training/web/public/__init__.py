"""Pages for everybody: no sign-in is asked for."""
