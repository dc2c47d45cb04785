"""Runs one server and ends it, in order, when the process that wants it ends. A script of its own: stdlib only.

The parent holds the write end of our stdin. End of file there, another parent than the one we began with (processes
forked from it may still hold the pipe), or SIGTERM means: stop the server by the signals named in the order, each with
its time. Should this process be killed, Linux signals the server (PR_SET_PDEATHSIG), and elsewhere the
parent or the next start ends what is left over.
"""

import ctypes
import json
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import TypedDict

PYTHON_OPTIONS = ("-I", "-S", "-B")  # quick to start, and deaf to the environment
POLL_S = 0.5
LOG_LIMIT_BYTES = 5_000_000
UNABLE_TO_EXEC = 127

_OURS = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT)
_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
_CAP_VERSION_3 = 0x20080522
_CAP_DAC_OVERRIDE = 1


class Order(TypedDict):
    """What to run: as JSON, the script's only argument."""

    parent: int
    argv: list[str]
    cwd: str
    log: str
    stop: list[tuple[int, float]]  # (signal, seconds until the next one), gentlest first
    death_signal: int
    user: tuple[int, int] | None  # become this (uid, gid)
    mapped: tuple[int, int] | None  # or seem to be, in a user namespace of its own


class Log:
    """A log file that is set aside as `<name>.1` when it gets large, so that both together stay bounded."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.fd = self._open()

    def _open(self) -> int:
        return os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, data: bytes) -> None:
        """A full disk must not end the server, which has its own way of coping: its log has a gap then."""
        try:
            if os.fstat(self.fd).st_size + len(data) > LOG_LIMIT_BYTES:
                Path(self.path).replace(f"{self.path}.1")
                os.close(self.fd)
                self.fd = self._open()
            os.write(self.fd, data)
        except OSError as error:
            sys.stderr.write(f"{self.path}: {error}\n")


def _libc_call(name: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def map_user(uid: int, gid: int) -> None:
    """Seem to be (uid, gid) to ourselves in a new user namespace, while staying who we are to the file system.

    Raises OSError where the kernel or the container does not allow it.
    """
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    _libc_call("unshare", _CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {outer_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {outer_gid} 1")


def become_user(uid: int, gid: int, *, reach: list[str]) -> None:
    """Give up root for (uid, gid).

    The one power of root to be kept is to pass closed folders, and that only if a path in `reach` lies below one that
    is closed to the user, such as a home of mode 0700.
    """
    linux = sys.platform == "linux"
    if linux:
        _libc_call("prctl", _PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([gid])
    os.setgid(gid)
    os.setuid(uid)
    if linux and not all(os.access(path, os.X_OK) for path in reach):
        _keep_dac_override()


def _keep_dac_override() -> None:
    bit = 1 << _CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(_CAP_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    _libc_call("capset", header, sets)
    _libc_call("prctl", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def _become_server(order: Order, guard: int, log_fd: int) -> None:
    os.chdir(order["cwd"])
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (log_fd, 1), (log_fd, 2)):
        os.dup2(source, target)
    for number in (*_OURS, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _OURS)
    if order["user"] is not None:
        become_user(*order["user"], reach=[order["argv"][0], order["cwd"]])
    if order["mapped"] is not None:
        map_user(*order["mapped"])
    if sys.platform == "linux":  # last, since a change of user clears it
        _libc_call("prctl", _PR_SET_PDEATHSIG, order["death_signal"], 0, 0, 0)
        if os.getppid() != guard:
            os._exit(UNABLE_TO_EXEC)
    os.execv(order["argv"][0], order["argv"])  # noqa: S606 - no shell is wanted


def spawn(order: Order) -> tuple[int, int]:
    """Start the server. Returns its pid and the read end of a pipe with all it says."""
    guard = os.getpid()
    read_end, write_end = os.pipe()
    signal.pthread_sigmask(
        signal.SIG_BLOCK, _OURS
    )  # until the server can take them: one sent now must not be lost
    pid = os.fork()
    if pid == 0:
        try:
            _become_server(order, guard, write_end)
        except BaseException as error:  # noqa: BLE001 - nothing may go on as a second guard
            os.write(write_end, f"{order['argv'][0]}: {error}\n".encode())
        os._exit(UNABLE_TO_EXEC)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _OURS)
    os.close(write_end)
    os.set_blocking(read_end, False)
    return pid, read_end


class Guard:
    def __init__(self, order: Order) -> None:
        self.order = order
        self.log = Log(order["log"])
        self.stops = list(order["stop"])
        self.stopping = False
        self.deadline: float | None = None

    def run(self) -> int:
        """Start, watch and end the server. Returns how it ended: its exit code, or minus the signal."""
        wake_read, wake_write = os.pipe()
        for end in (wake_read, wake_write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        for number in _OURS:
            signal.signal(number, self._on_signal)
        self.pid, self.output = spawn(self.order)
        self._tell_pid()
        inputs = [0, self.output, wake_read]
        while True:
            self._once(inputs, wake_read)
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self._copy_log()
                return os.waitstatus_to_exitcode(status)

    def _on_signal(self, number: int, _: object) -> None:
        if number != signal.SIGCHLD:  # that one only has to end the wait in select
            self.stop()

    def stop(self) -> None:
        self.stopping = True

    def _tell_pid(self) -> None:
        try:
            os.write(1, f"{self.pid}\n".encode())
        except BrokenPipeError:  # the parent is gone already
            self.stop()

    def _once(self, inputs: list[int], wake_read: int) -> None:
        ready, _, _ = select.select(inputs, [], [], self._pause_s())
        if wake_read in ready:
            os.read(wake_read, 4096)
        if self.output in ready and not self._copy_log():
            inputs.remove(self.output)
        if 0 in ready and not os.read(0, 4096):
            inputs.remove(0)
            self.stop()
        if os.getppid() != self.order["parent"]:
            self.stop()
        if self.stopping and self.stops and (self.deadline is None or time.monotonic() >= self.deadline):
            number, patience_s = self.stops.pop(0)
            self.deadline = time.monotonic() + patience_s
            os.kill(self.pid, number)

    def _pause_s(self) -> float:
        if self.deadline is None or not self.stops:
            return POLL_S
        return min(POLL_S, max(0.0, self.deadline - time.monotonic()))

    def _copy_log(self) -> bool:
        """False once nobody can write to the pipe any more."""
        try:
            while data := os.read(self.output, 65536):
                self.log.write(data)
        except BlockingIOError:
            return True
        return False


def main(argument: str) -> int:
    status = Guard(json.loads(argument)).run()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    if sys.argv[1] == "--can-map":  # exits 0 if map_user works here
        map_user(int(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(main(sys.argv[1]))
