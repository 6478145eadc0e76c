"""The words of the journal: what was done, and to what kind of thing."""

from training.words import Message, say

SUBJECTS: dict[str, Message] = {
    "account": say("Account"),
    "certificate": say("Certificate"),
    "certificate_type": say("Certificate type"),
    "completion": say("Completion"),
    "course": say("Course"),
    "enrolment": say("Enrolment"),
    "file": say("File"),
    "import": say("Import"),
    "mark": say("Mark"),
    "person": say("Person"),
    "position": say("Position"),
    "session": say("Session"),
    "site": say("Site"),
}

DEEDS: dict[str, Message] = {
    "account.activated": say("Activated the account"),
    "account.added": say("Added an account"),
    "account.disabled": say("Closed an account"),
    "account.enabled": say("Opened an account again"),
    "account.links_made": say("Made activation links"),
    "account.password_set": say("Set a password"),
    "account.rights_changed": say("Changed an account's rights"),
    "account.signed_in": say("Signed in"),
    "account.signed_out": say("Signed out"),
    "account.signed_out_everywhere": say("Signed out everywhere"),
    "file.kept": say("Kept a file"),
}
