"""Where a file lies: SQLite's locks do not hold on file systems that several machines share."""

from __future__ import annotations

from pathlib import Path

SHARED = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre", "gpfs", "beegfs", "ocfs2", "gfs2"}
    | {"fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.rclone", "davfs"}
)
MOUNTS = Path("/proc/self/mounts")  # of Linux; elsewhere nothing is known, and nothing refused


def shared_file_system(path: Path, mounts: str) -> str | None:
    """The kind of file system that `path` is on if several machines may write it, by a table of mounts."""
    best, kind = -1, ""
    real = path.resolve()
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(fields[1].encode().decode("unicode_escape"))
        if real.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind if kind in SHARED else None
