"""The start of the page from the command line: checks, child processes, and their errors in plain words."""
