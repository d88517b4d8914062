"""``python -m analysis`` is ``assess``."""

from analysis.cli import main

if __name__ == "__main__":
    main()
