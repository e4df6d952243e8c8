"""The doors of the app: the hosts, routes, addresses and events that it accepts."""
