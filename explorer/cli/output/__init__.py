"""What commands write: tables, reports, files, folders and a line that tells how far they are."""
