"""Makes of decoder: files that people bring, taken apart in a child process with limits."""
