"""The monitored browser within the procedure: kept by a process of its own, asked by commands.

- `port` says what a command asks for; `asking` asks the keeper, over the `channel`.
- `keeper` is that process: it starts and watches the browser, and freezes it at a stop.
- `recording` turns visits into entries; `stopped` hands over what a stop cut off; `clearing` takes
  the browser's folder away when a case is closed.
"""
