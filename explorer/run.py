"""What Streamlit runs at each click."""

# Workers, which are started from here, import this file as the standard library's `multiprocessing` has it.
if __name__ == "__main__":
    from explorer.ui.frame import run_app

    run_app()
