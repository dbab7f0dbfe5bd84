"""Why the system would not open or write a file, in Chinese."""

from __future__ import annotations

import errno

_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EISDIR: "是文件夹，不是文件",
    errno.EACCES: "没有权限，或者正被别的程序打开",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘只能读，不能写",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "超过了磁盘限额",
    errno.ENAMETOOLONG: "名字太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EMFILE: "同时打开的文件太多",
    errno.ENFILE: "同时打开的文件太多",
    errno.EIO: "磁盘读写出错",
    errno.EEXIST: "已经有同名的文件",
    errno.EBUSY: "正被别的程序使用",
    errno.EINVAL: "名字里有系统不收的字符",
}


def reason(error: OSError) -> str:
    """Return why, without the path; what has no words of ours goes by its number."""
    return _REASONS.get(error.errno or 0, f"系统错误 {error.errno or '不明'}")


def unwritten(path: object, error: OSError) -> str:
    """Say of a file that it could not be written, and why."""
    return f"{path} 写不进去（{reason(error)}）。"


def unopened(error: OSError) -> str:
    """Say of the file that an error names that it could not be used, and why."""
    return f"{error.filename or '文件'} 打不开或写不进去（{reason(error)}）。"
