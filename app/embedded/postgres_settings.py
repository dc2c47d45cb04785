"""The configuration of the embedded PostgreSQL: small machine, own socket only."""

import shutil
from pathlib import Path

# The socket is in a folder that only we may enter.
HOST_BASED_ACCESS = "local all all trust\n"

_BASE = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "wal_level": "minimal",  # bulk loads write less; there is no replica to feed
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "1GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    "logging_collector": "off",
}
_CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "1h",
}

# pg_trgm and unaccent may be created by a database's owner; pgvector as it comes may not, though it does nothing
# more than they do.
_TRUST = ("vector",)
_ENOUGH_SHARED_BYTES = 256 * 1024 * 1024


def settings(sockets: Path, *, durable: bool) -> str:
    """A whole postgresql.conf."""
    values = {
        **_BASE,
        "unix_socket_directories": str(sockets),
        "extension_control_path": f"{sockets}:$system",  # see write_trusted_extensions
        "dynamic_shared_memory_type": _shared_memory(),
        **({} if durable else _CARELESS),
    }
    return "".join(f"{name} = {quoted(value)}\n" for name, value in values.items())


def quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _shared_memory() -> str:
    """Containers often have 64 MB at /dev/shm, which parallel queries run out of; files do as well."""
    shared = Path("/dev/shm")  # noqa: S108
    if shared.exists() and shutil.disk_usage(shared).total < _ENOUGH_SHARED_BYTES:
        return "mmap"
    return "posix"


def write_trusted_extensions(installed: Path, folder: Path) -> None:
    """Control files for `extension_control_path` that differ from the installed ones in `trusted` alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in _TRUST:
        control = (installed / f"{name}.control").read_text()
        (folder / f"{name}.control").write_text(
            f"{control}\ntrusted = true\ndirectory = {quoted(str(installed))}\n"
        )
