/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A disk that fails at its nth operation: loaded before the C library (LD_PRELOAD), it counts what a process does to the
 * files below one folder (write, cut, sync, rename, create, remove, in all threads, by SQLite too) and lets one of them
 * fail. Nothing reaches the disk of an operation that fails, but for half of a write that fails with EIO.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static char folder[PATH_MAX];
static atomic_long done;
static atomic_long fail_at;
static atomic_int fail_with;
static char failed[PATH_MAX + 32];

/* Begin anew: the nth operation below `path` fails with `number`; 0: none does. */
void failing_disk_arm(const char *path, long nth, int number)
{
    fail_at = 0;
    strncpy(folder, path, sizeof folder - 1);
    done = 0;
    fail_with = number;
    failed[0] = 0;
    fail_at = nth;
}

/* How many operations there have been. */
long failing_disk_count(void) { return done; }

/* What failed; empty: nothing has. */
const char *failing_disk_failed(void) { return failed; }

static int is_below(const char *path)
{
    size_t length = strlen(folder);
    return length && path && !strncmp(path, folder, length) && (!path[length] || path[length] == '/');
}

static int path_of(int descriptor, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
    return length > 0;
}

static int fails(const char *what, const char *path)
{
    if (!fail_at && !folder[0])
        return 0;
    if (atomic_fetch_add(&done, 1) + 1 != fail_at)
        return 0;
    snprintf(failed, sizeof failed, "%s %s", what, path);
    errno = fail_with;
    return 1;
}

static int fails_at(const char *what, int descriptor)
{
    char path[PATH_MAX];
    if (!folder[0])
        return 0;
    int saved = errno;
    int below = path_of(descriptor, path) && is_below(path);
    errno = saved;
    return below && fails(what, path);
}

static int fails_in(const char *what, int directory, const char *path)
{
    char whole[PATH_MAX] = "";
    if (!folder[0] || !path)
        return 0;
    if (path[0] == '/')
        return is_below(path) && fails(what, path);
    int saved = errno;
    int known = directory == AT_FDCWD ? getcwd(whole, sizeof whole) != NULL : path_of(directory, whole);
    errno = saved;
    return known && is_below(whole) && fails(what, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define WRITE(name, parameters, arguments, half)                                                                       \
    ssize_t name parameters                                                                                            \
    {                                                                                                                  \
        if (!fails_at("write", descriptor))                                                                            \
            return REAL(name) arguments;                                                                               \
        if (fail_with == EIO) {                                                                                        \
            REAL(name) half;                                                                                           \
            errno = EIO;                                                                                               \
        }                                                                                                              \
        return -1;                                                                                                     \
    }

WRITE(write, (int descriptor, const void *data, size_t size), (descriptor, data, size), (descriptor, data, size / 2))
WRITE(pwrite, (int descriptor, const void *data, size_t size, off_t at), (descriptor, data, size, at),
      (descriptor, data, size / 2, at))
WRITE(pwrite64, (int descriptor, const void *data, size_t size, off64_t at), (descriptor, data, size, at),
      (descriptor, data, size / 2, at))

#define ON_DESCRIPTOR(name, what, parameters, arguments)                                                               \
    int name parameters { return fails_at(what, descriptor) ? -1 : REAL(name) arguments; }

ON_DESCRIPTOR(fsync, "sync", (int descriptor), (descriptor))
ON_DESCRIPTOR(fdatasync, "sync", (int descriptor), (descriptor))
ON_DESCRIPTOR(ftruncate, "cut", (int descriptor, off_t size), (descriptor, size))
ON_DESCRIPTOR(ftruncate64, "cut", (int descriptor, off64_t size), (descriptor, size))

int rename(const char *from, const char *to)
{
    return fails_in("rename", AT_FDCWD, to) ? -1 : REAL(rename)(from, to);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    return fails_in("rename", to_folder, to) ? -1 : REAL(renameat)(from_folder, from, to_folder, to);
}

int unlink(const char *path) { return fails_in("remove", AT_FDCWD, path) ? -1 : REAL(unlink)(path); }

int unlinkat(int directory, const char *path, int flags)
{
    return fails_in("remove", directory, path) ? -1 : REAL(unlinkat)(directory, path, flags);
}

int rmdir(const char *path) { return fails_in("remove", AT_FDCWD, path) ? -1 : REAL(rmdir)(path); }

int mkdir(const char *path, mode_t mode) { return fails_in("create", AT_FDCWD, path) ? -1 : REAL(mkdir)(path, mode); }

int link(const char *from, const char *to) { return fails_in("create", AT_FDCWD, to) ? -1 : REAL(link)(from, to); }

#define MODE                                                                                                           \
    mode_t mode = 0;                                                                                                   \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                                               \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode = va_arg(more, mode_t);                                                                                   \
        va_end(more);                                                                                                  \
    }

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        MODE                                                                                                           \
        return (flags & O_CREAT) && fails_in("create", AT_FDCWD, path) ? -1 : REAL(name)(path, flags, mode);           \
    }

#define OPENAT(name)                                                                                                   \
    int name(int directory, const char *path, int flags, ...)                                                          \
    {                                                                                                                  \
        MODE                                                                                                           \
        return (flags & O_CREAT) && fails_in("create", directory, path) ? -1                                           \
                                                                        : REAL(name)(directory, path, flags, mode);    \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
