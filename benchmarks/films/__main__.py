"""`python -m benchmarks.films`. Its own processes import this module anew, so it holds nothing of what the first one needs."""

if __name__ == "__main__":
    from benchmarks.films.costs import main

    main()
