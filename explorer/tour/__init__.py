"""Two minutes through the app: what each step opens, asks to do, and promises to show."""
