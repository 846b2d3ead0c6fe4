"""Alerts that reach people who do not look at the console: web push, signed webhooks, Slack, mail."""
