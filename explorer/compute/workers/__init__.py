"""Workers that hold networks: started, asked, replaced, ended, and the queue before them."""
