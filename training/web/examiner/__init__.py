"""Examiners: their sessions, and the marks of those who sat in them."""

from litestar import Router

router = Router("/", route_handlers=[])
