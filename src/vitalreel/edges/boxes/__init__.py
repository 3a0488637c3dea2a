"""Mailboxes where bounces and complaints arrive: a Maildir, an mbox file, a folder of an IMAP server."""
