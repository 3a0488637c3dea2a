"""Where things stay: the app database, the event log, the lake of Parquet files, and media."""
