"""What a press on a button below an answer does: one noun a file. `ui.slack.button.actions` joins them to Slack."""
