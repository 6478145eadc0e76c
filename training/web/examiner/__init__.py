"""Examiners: their sessions, and the marks of those who sat in them."""

from litestar import Router

from training.web.examiner.results import ResultsController

router = Router("/", route_handlers=[ResultsController])
