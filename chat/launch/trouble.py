"""A trouble that a person can mend: one plain sentence, shown without a traceback."""


class Trouble(Exception):
    """Its text says what is wrong and what to do."""
