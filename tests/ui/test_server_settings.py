import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "explorer" / "app.py"
ASKED = (
    "server.address",
    "browser.gatherUsageStats",
    "runner.postScriptGC",
    "server.maxUploadSize",
    "theme.baseRadius",
)
SCRIPT = f"""
import json, sys
from streamlit import config
config._main_script_path = {str(APP)!r}
print(json.dumps([config.get_option(name) for name in {ASKED!r}]))
"""


@pytest.mark.parametrize("folder", ["elsewhere", "top"])
def test_the_same_settings_hold_wherever_the_app_is_started(tmp_path, folder):
    """As `streamlit run PATH` reads them, which says the path before it reads any."""
    environment = os.environ | {"HOME": str(tmp_path)}
    where = tmp_path if folder == "elsewhere" else APP.parents[1]
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=where, env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(told.stdout)[:3] == ["localhost", False, False]
    assert None not in json.loads(told.stdout)
