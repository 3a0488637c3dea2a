"""What signs a mail as it leaves."""
