"""`python -m jobs` is the command `forecaster`."""

from jobs.cli import main

if __name__ == "__main__":
    main()
