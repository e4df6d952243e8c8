"""What servers send: a chunk as plain values, the shapes in which its parts come, and what its reasons mean."""
