"""What any ASGI server loads: `uvicorn app:app`."""

from training.web.app import create_app

app = create_app()
