"""The conditions at work in one turn: fed with its text, asked, and held against each other."""
