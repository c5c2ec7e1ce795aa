"""The command line: parse arguments, call one operation, print."""


def main() -> None:
    """Entry point of ``mailgate``."""
    raise SystemExit("not built yet")
