"""Starting the page from the command line: checks, child processes, plain words when it cannot."""
