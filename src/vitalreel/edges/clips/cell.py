"""What a process that reads strangers' files is allowed: so much memory, time and disk, no network, no other program, no other file."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import struct
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 4, 38, 22
_SECCOMP_FILTER = 2
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF: LD|W|ABS, JMP|JEQ|K, JMP|JGE|K, RET|K
_X32 = 0x40000000

_OUT_X86 = (41, 42, 49, 50, 43, 288, 44, 46, 59, 322, 101, 311, 165)
_OUT_ARM = (198, 203, 200, 201, 202, 242, 206, 211, 221, 281, 117, 271, 40)
"""socket connect bind listen accept accept4 sendto sendmsg execve execveat ptrace process_vm_writev mount"""
_AWAY_X86 = (
    76,
    82,
    83,
    84,
    86,
    87,
    88,
    90,
    92,
    94,
    133,
    258,
    259,
    260,
    263,
    264,
    265,
    266,
    268,
    316,
    452,
    188,
    189,
    132,
    235,
    261,
    280,
)
_AWAY_ARM = (45, 34, 35, 36, 37, 38, 33, 54, 53, 276, 452, 5, 6, 88)
"""truncate, rename, mkdir, rmdir, link, unlink, symlink, chmod, chown, mknod, setxattr, utime and their kin: what changes a file that is
not open"""
_KILL_X86 = (62, 129, 297, 424)
_KILL_ARM = (129, 138, 240, 424)
"""kill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal"""

MACHINES = {
    # platform.machine(): audit architecture, and the numbers of the calls refused
    "x86_64": (0xC000003E, (*_OUT_X86, *_AWAY_X86, *_KILL_X86)),
    "aarch64": (0xC00000B7, (*_OUT_ARM, *_AWAY_ARM, *_KILL_ARM)),
}


@dataclass(frozen=True, slots=True)
class Walls:
    """How much one file may cost."""

    memory: int = 3 << 30  # bytes of address space
    cpu_s: int = 240
    disk: int = 1 << 30  # bytes of any one file


def enter(walls: Walls) -> tuple[str, ...]:
    """Shut this process in, for good. Answers which walls stand: limits always, the others where the kernel has them.

    Everything the process needs must be imported, and every file it reads or writes be open, before: it can start no program and
    open nothing more, nor change or remove what is not open.
    """
    most_files = _all_taken()
    for what, most in (
        (resource.RLIMIT_AS, walls.memory),
        (resource.RLIMIT_CPU, walls.cpu_s),
        (resource.RLIMIT_FSIZE, walls.disk),
        (resource.RLIMIT_NOFILE, most_files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    standing = ["limits"]
    if libc.unshare(_CLONE_NEWNET) == 0 or (os.getuid() and libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0):
        standing.append("no network")
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 and _filter(libc):
        standing.append("no sockets, no programs")
    return tuple(standing)


def _all_taken() -> int:
    """Take up every number below the highest open file's; answers the limit under which no further file can be opened."""
    there = set()
    for name in Path("/dev/fd").iterdir():
        with suppress(OSError):  # of the listing itself
            os.fstat(int(name.name))
            there.add(int(name.name))
    for number in range(max(there)):
        if number not in there:
            os.dup2(max(there), number)
    return max(there) + 1


def _filter(libc: ctypes.CDLL) -> bool:
    """Refuse calls to the network and to other programs (seccomp in filter mode, seccomp(2))."""
    known = MACHINES.get(platform.machine())
    if known is None:
        return False
    architecture, refused = known
    rules = [
        (_LOAD, 0, 0, 4),  # seccomp_data.arch
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # seccomp_data.nr
        (_AT_LEAST, len(refused) + 1, 0, _X32),  # the other numbering of the same calls
        *((_EQUAL, len(refused) - i, 0, number) for i, number in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    program = b"".join(struct.pack("HBBI", *rule) for rule in rules)
    buffer = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("rules", ctypes.c_void_p))

    given = Program(len(rules), ctypes.cast(buffer, ctypes.c_void_p))
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_FILTER, ctypes.byref(given), 0, 0) == 0)
