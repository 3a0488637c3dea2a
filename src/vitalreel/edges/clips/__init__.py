"""Recorded clips and photographs that strangers' software made: taken apart in a process of their own, kept in our own form."""
