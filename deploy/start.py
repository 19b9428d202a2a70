"""Web processes and workers refuse to start with settings that cannot work, and say which and what to do."""

import sys

from django.core import checks


def refuse_wrong_settings() -> None:
    """End the process with a sentence for each error that the start-up checks find; the database is not asked.

    What only deserves a warning is written to standard error.
    """
    found = [message for message in checks.run_checks() if not message.is_silenced()]
    errors = [message for message in found if message.is_serious()]
    if errors:
        sys.exit(f"Colorway does not start, because its settings cannot work:\n{_sentences(errors)}")
    if found:
        sys.stderr.write(f"Colorway starts, but look at its settings:\n{_sentences(found)}\n")


def _sentences(messages: list[checks.CheckMessage]) -> str:
    return "\n".join(f"- {message.msg} {message.hint or ''} ({message.id})" for message in messages)
