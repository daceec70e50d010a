"""What the pages are made of: knobs, panels, caches. The only modules beside the pages that know Streamlit."""
