"""The doors of the app: which hosts, routes, addresses and events it accepts. No Chainlit here, see page/doors.py."""
