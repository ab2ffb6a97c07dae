"""The Slack bot: questions come in where staff already talk, answers go out with every clause that they cite."""
