import socket
import subprocess
import sys

import pytest

from explorer.errors import ServingError
from explorer.serving import needs


def test_a_missing_balancer_is_said_with_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(needs, "_FOR_ADMINISTRATORS", ())
    with pytest.raises(ServingError, match="haproxy is not installed: `apt-get install haproxy`"):
        needs.haproxy()
    program = tmp_path / "haproxy"
    program.touch(mode=0o755)
    assert needs.haproxy() == str(program)


def test_a_missing_supervisor_is_said_with_how_to_get_it(monkeypatch):
    needs.require_supervisor()
    monkeypatch.setattr(needs, "find_spec", lambda name: None)
    with pytest.raises(ServingError, match=r"pip install -r requirements-serving\.txt"):
        needs.require_supervisor()


def test_a_port_that_is_taken_is_said_and_web_processes_get_free_ones():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = subprocess.run(
            [sys.executable, "-m", "explorer.serving", "--port", str(port)], capture_output=True, text=True
        )
        assert said.returncode == 1
        assert f"Cannot listen at 127.0.0.1, port {port} (Address already in use)" in said.stderr
        first = needs.free_ports(3, port - 1)
        assert first > port
    with pytest.raises(ServingError, match="no 3 free ports"):
        needs.free_ports(3, 65533)
    with pytest.raises(ServingError, match=r"Cannot listen at 192\.0\.2\.1"):
        needs.require_free("192.0.2.1", 8501)
