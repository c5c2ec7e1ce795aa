"""``python -m mailgate`` is the same as ``mailgate``."""

from mailgate.cli import main

if __name__ == "__main__":
    main()
