"""``python -m mingzhang``."""

from mingzhang.cli.main import main

if __name__ == "__main__":
    main()
