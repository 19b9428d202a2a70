"""Web processes and workers refuse to start with settings that cannot work, and say which and what to do."""

import sys

from django.core import checks


def refuse_wrong_settings() -> None:
    """End the process with a sentence for each error that the start-up checks find; the database is not asked."""
    found = [message for message in checks.run_checks() if message.is_serious() and not message.is_silenced()]
    if found:
        sentences = "\n".join(f"- {message.msg} {message.hint or ''} ({message.id})" for message in found)
        sys.exit(f"Colorway does not start, because its settings cannot work:\n{sentences}")
