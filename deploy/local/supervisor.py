"""A supervisord of our own for the processes of one local stack: it restarts what dies and stops all together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
from supervisor.xmlrpc import Faults, SupervisorTransport

STOP_SECONDS = 30
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_NOT_INHERITED = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "SECRET_KEY"}  # each program gets its own, or none


@dataclass(frozen=True, kw_only=True)
class Program:
    """One supervised process."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    user: str | None = None
    stop_signal: str = "TERM"
    stop_group: bool = True  # signal its children too
    folder: Path | None = None


_ALIVE = ("STARTING", "RUNNING", "BACKOFF")


class Supervisor:
    """Starts, watches and stops programs. Everything of it lies in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = Path(os.path.relpath(folder / "supervisor.sock"))  # a socket's path must be short
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, programs: Iterable[Program]) -> None:
        """Start supervisord with every program stopped. Ends what a killed predecessor left behind."""
        self._end_leftovers()
        (self.folder / "log").mkdir(exist_ok=True)
        configuration = self.folder / "supervisord.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(self._head() + "".join(self._section(p) for p in programs))
        command = [sys.executable, "-m", "supervisor.supervisord", "--nodaemon", "-c", str(configuration)]
        with (self.folder / "log" / "supervisord.out").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # no threads run yet
                env={name: value for name, value in os.environ.items() if name not in _NOT_INHERITED},
            )
        deadline = time.monotonic() + 15
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the supervisor did not start; see {self.folder / 'log' / 'supervisord.out'}")
            time.sleep(0.05)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def run(self, name: str) -> None:
        try:
            self._rpc().startProcess(name, False)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != Faults.ALREADY_STARTED:
                raise RuntimeError(f"{name} could not be started: {fault.faultString}") from fault

    def halt(self, name: str) -> None:
        """Stop one program and wait until it is gone."""
        self._rpc().stopProcess(name, True)

    def halt_together(self, names: Iterable[str]) -> None:
        """Stop some programs at once and wait until they are gone; left to itself supervisord takes one by one."""
        going = [name for name in names if self.states().get(name) in _ALIVE]
        for name in going:
            self._rpc().stopProcess(name, False)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and any(self.states()[name] in (*_ALIVE, "STOPPING") for name in going):
            time.sleep(0.05)

    def kill(self, name: str) -> None:
        """SIGKILL, as a fault: the supervisor starts it again."""
        os.kill(self.pid(name), signal.SIGKILL)

    def pid(self, name: str) -> int:
        return int(self._rpc().getProcessInfo(name)["pid"])  # type: ignore[call-overload, index]

    def states(self) -> dict[str, str]:
        """Program -> STOPPED, STARTING, RUNNING, BACKOFF, FATAL, ..."""
        return {str(p["name"]): str(p["statename"]) for p in self._rpc().getAllProcessInfo()}  # type: ignore[call-overload, index, union-attr]

    def stop(self) -> None:
        """Stop every program, then the supervisor."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._end_leftovers()
        self._process = None

    def _end_leftovers(self) -> None:
        """A supervisord that was killed leaves its programs running; they are known by our folder's mark."""
        left = [p for p in psutil.process_iter() if _mark_of(p) == str(self.folder) and p.pid != os.getpid()]
        for process in left:
            process.terminate()
        _, alive = psutil.wait_procs(left, timeout=10)
        for process in alive:
            process.kill()
        psutil.wait_procs(alive, timeout=5)
        self.socket.unlink(missing_ok=True)

    def _answers(self) -> bool:
        try:
            return bool(self._rpc().getPID())
        except (OSError, xmlrpc.client.Error):
            return False

    def _rpc(self) -> xmlrpc.client.ServerProxy:
        transport = SupervisorTransport(None, None, f"unix://{self.socket}")
        return xmlrpc.client.ServerProxy("http://local", transport=transport).supervisor  # type: ignore[return-value]

    def _head(self) -> str:
        return (
            "[supervisord]\n"
            f"logfile={self.folder}/log/supervisord.log\npidfile={self.folder}/supervisord.pid\n"
            f"childlogdir={self.folder}/log\nminfds=4096\nsilent=true\n"
            + ("user=root\n" if os.geteuid() == 0 else "")
            + f"[unix_http_server]\nfile={self.socket}\nchmod=0600\n"
            "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"
        )

    def _section(self, program: Program) -> str:
        environment = {**program.environment, "COLORWAY_STACK": str(self.folder)}
        quoted = ",".join(f'{name}="{_escape(value)}"' for name, value in environment.items())
        lines = {
            "command": " ".join(f'"{_escape(part)}"' for part in program.command),
            "environment": quoted,
            "directory": str(program.folder or self.folder),
            "autostart": "false",
            "autorestart": "true",
            "startsecs": "1",
            "startretries": "10",
            "stopsignal": program.stop_signal,
            "stopasgroup": str(program.stop_group and program.stop_signal != "INT").lower(),
            "killasgroup": str(program.stop_group).lower(),
            "stopwaitsecs": str(STOP_SECONDS - 10),
            "redirect_stderr": "true",
            "stdout_logfile": f"{self.folder}/log/{program.name}.log",
            "stdout_logfile_maxbytes": "10MB",
            "stdout_logfile_backups": "2",
        } | ({"user": program.user} if program.user else {})
        return f"[program:{program.name}]\n" + "".join(f"{name}={value}\n" for name, value in lines.items())


def _end_with_parent() -> None:
    """In the child: have the kernel send SIGTERM when whoever started us is killed, so that nothing is left running."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")


def _mark_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get("COLORWAY_STACK")
    except (psutil.Error, OSError):
        return None
