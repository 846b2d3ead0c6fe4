"""Shops behind the bot: implementations of `bot.ports.Shop`, `Cases` and `Garage`."""
