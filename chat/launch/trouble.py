"""A problem that the person at the command line can solve."""


class Trouble(Exception):
    """A problem that is shown without a traceback. Its text says in a sentence what is wrong and what to do."""
