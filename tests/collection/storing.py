"""A real SFTP server in a thread, and a real S3 server in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import paramiko
from tests.processes import free_port

USER, PASSWORD = "clerk", "celadon"


# --- SFTP -------------------------------------------------------------------------------------------------


class _Door(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == (USER, PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class _Handle(paramiko.SFTPHandle):
    def stat(self) -> paramiko.SFTPAttributes:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class _Files(paramiko.SFTPServerInterface):
    folder: Path

    def _real(self, path: str) -> Path:
        return self.folder / path.lstrip("/")

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        entries = []
        for one in sorted(self._real(path).iterdir()):
            entry = paramiko.SFTPAttributes.from_stat(one.stat())
            entry.filename = one.name
            entries.append(entry)
        return entries

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(self._real(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    lstat = stat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        try:
            file = self._real(path).open("rb")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        handle = _Handle(flags)
        handle.filename, handle.readfile = str(path), file
        return handle


@dataclass(slots=True)
class SftpServer:
    """Where it listens, the key it shows, the folder it serves."""

    port: int
    key: paramiko.PKey
    folder: Path
    transports: list[paramiko.Transport] = field(default_factory=list)

    @property
    def host_key(self) -> str:
        return f"{self.key.get_name()} {self.key.get_base64()}"


@contextmanager
def sftp_serving(folder: Path) -> Iterator[SftpServer]:
    """Serve the folder for reading on a free port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = SftpServer(listener.getsockname()[1], paramiko.RSAKey.generate(2048), folder)
    files = type("Files", (_Files,), {"folder": folder})

    def accept() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(line)
            server.transports.append(transport)
            transport.add_server_key(server.key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, files)
            try:
                transport.start_server(server=_Door())
            except (paramiko.SSHException, EOFError):
                transport.close()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for transport in server.transports:
            transport.close()


# --- S3 ---------------------------------------------------------------------------------------------------


@contextmanager
def s3_serving() -> Iterator[str]:
    """An S3 server that knows nobody yet and asks nobody for a name; gives its address."""
    port = free_port()
    server = subprocess.Popen(
        [str(Path(sys.executable).parent / "moto_server"), "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, server)
        yield address
    finally:
        server.kill()
        server.wait()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    for _ in range(600):
        assert server.poll() is None, "the S3 server did not start"
        try:
            httpx.get(f"{address}/moto-api/", timeout=5)
        except httpx.TransportError:
            pause.wait(0.05)
        else:
            return
    raise AssertionError("the S3 server does not answer")
