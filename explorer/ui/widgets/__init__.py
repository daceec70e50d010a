"""Parts that several pages show, those with their own JavaScript included."""
