"""How quick the application is, against a floor that does nothing but the unavoidable: `make bench`."""
