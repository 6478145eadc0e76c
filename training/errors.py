"""The few ways an action can say no. The faces turn these into pages; anything else that is raised is a bug."""

from training.words import Message


class TrainingError(Exception):
    """Base of every error we raise on purpose."""


class Missing(TrainingError):
    """The thing asked for is not there, or not there for this person. `what` names it for the log."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Refused(TrainingError):
    """A rule said no. `objections` are sentences fit to show a person; `field` is the form field they belong to."""

    def __init__(self, *objections: Message, field: str = "") -> None:
        super().__init__("; ".join(str(objection) for objection in objections))
        self.objections = objections
        self.field = field
