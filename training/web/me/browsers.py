"""What a browser calls itself, in words that its owner knows it by."""

from training.words import Message, say

# The first that fits: every browser also names the ones it descends from.
APPLICATIONS: tuple[tuple[str, Message | str], ...] = (
    ("wxwork", say("WeCom")),
    ("MicroMessenger", say("WeChat")),
    ("DingTalk", say("DingTalk")),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: tuple[tuple[str, Message | str], ...] = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", say("HarmonyOS")),
    ("Android", say("Android")),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def browser_name(told: str) -> Message | str:
    """Which browser on which system; what it told, cut short, where we know neither."""
    application = next((name for mark, name in APPLICATIONS if mark in told), None)
    system = next((name for mark, name in SYSTEMS if mark in told), None)
    if application and system:
        return say("{browser} on {system}", browser=application, system=system)
    return application or system or told[:60] or say("Unknown browser")
