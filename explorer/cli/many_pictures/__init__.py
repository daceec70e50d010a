"""Any number of pictures: which are meant, asked ahead of their turn, told row by row, gone on with after a stop."""
