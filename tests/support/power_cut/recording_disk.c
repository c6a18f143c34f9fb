/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A disk that remembers: loaded before the C library (LD_PRELOAD), it writes down, in order, what processes do to the
 * files below one folder (create, write, cut, sync, rename, link, remove; in all threads, by SQLite too).
 *
 * The folder is in FACTEUR_RECORD_FOLDER (its real path), the log in FACTEUR_RECORD_LOG (elsewhere). Each operation and
 * its record are made under the lock of the log, so that the order in the log is the order on the disk, whichever
 * process or thread was at work. A sync of a file is recorded with the file's whole contents: what somebody wrote who
 * does not load this library (a process behind a wall, with a descriptor that it was given) is known from then on.
 *
 * A record: the head below, then two names, then octets. Files are known by their inode's number, which `disk_after_cut`
 * gives to another file when it is created anew.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { CREATE = 1, MKDIR, WRITE, CUT, SYNC, SYNC_FOLDER, RENAME, LINK, REMOVE };

struct head {
    uint32_t kind, name_size, other_name_size, unused;
    uint64_t file, folder, other_folder, at, size;
};

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static char folder[PATH_MAX];
static char log_file[PATH_MAX];

__attribute__((constructor)) static void begin(void)
{
    const char *where = getenv("FACTEUR_RECORD_FOLDER"), *log = getenv("FACTEUR_RECORD_LOG");
    if (where && log) {
        strncpy(log_file, log, sizeof log_file - 1);
        strncpy(folder, where, sizeof folder - 1);
    }
}

/* Nothing may be missing: a test that cannot record has failed. */
static void must(int well, const char *what)
{
    if (!well) {
        perror(what);
        abort();
    }
}

static int path_of(int descriptor, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
    return length > 0;
}

static int is_below(int descriptor)
{
    char path[PATH_MAX];
    size_t length = strlen(folder);
    if (!length)
        return 0;
    int saved = errno;
    int below = path_of(descriptor, path) && !strncmp(path, folder, length) && (!path[length] || path[length] == '/');
    errno = saved;
    return below;
}

/* ---------------------------------------------------------------- the log */

/* A lock belongs to one opening of the log, so that threads exclude one another as processes do. */
static int lock_log(void)
{
    int log = syscall(SYS_openat, AT_FDCWD, log_file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    must(log >= 0, log_file);
    while (flock(log, LOCK_EX))
        must(errno == EINTR, "flock");
    return log;
}

static void put(int log, const void *data, size_t size)
{
    while (size) {
        ssize_t done = syscall(SYS_write, log, data, size);
        must(done > 0, log_file);
        data = (const char *)data + done;
        size -= done;
    }
}

static void record(int log, struct head head, const char *name, const char *other_name, const void *data)
{
    head.name_size = name ? strlen(name) : 0;
    head.other_name_size = other_name ? strlen(other_name) : 0;
    put(log, &head, sizeof head);
    put(log, name, head.name_size);
    put(log, other_name, head.other_name_size);
    if (data)
        put(log, data, head.size);
}

static void unlock(int log, int number)
{
    syscall(SYS_close, log);
    errno = number;
}

static struct stat status_of(int descriptor)
{
    struct stat status;
    must(!fstat(descriptor, &status), "fstat");
    return status;
}

/* Record octets that are in the file already, which may be open for writing only. */
static void record_octets(int log, enum kind kind, int descriptor, off_t at, size_t size)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    int again = syscall(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC);
    must(again >= 0, "a written file cannot be read");
    char *data = malloc(size + 1);
    size_t done = 0;
    while (done < size) {
        ssize_t more = syscall(SYS_pread64, again, data + done, size - done, at + done);
        must(more > 0, "pread");
        done += more;
    }
    record(log, (struct head){.kind = kind, .file = status_of(descriptor).st_ino, .at = at, .size = size}, 0, 0, data);
    free(data);
    syscall(SYS_close, again);
}

/* ---------------------------------------------------------------- contents of files */

/* `at` < 0: where the descriptor stands, and it has moved by what was written. */
#define WRITES(type, name, parameters, arguments, descriptor, place)                                                   \
    type name parameters                                                                                               \
    {                                                                                                                  \
        if (!is_below(descriptor))                                                                                     \
            return REAL(name) arguments;                                                                               \
        int log = lock_log();                                                                                          \
        type done = REAL(name) arguments;                                                                              \
        int number = errno;                                                                                            \
        if (done > 0) {                                                                                                \
            off_t at = (place);                                                                                        \
            record_octets(log, WRITE, descriptor, at < 0 ? lseek(descriptor, 0, SEEK_CUR) - done : at, done);          \
        }                                                                                                              \
        unlock(log, number);                                                                                           \
        return done;                                                                                                   \
    }

WRITES(ssize_t, write, (int file, const void *data, size_t size), (file, data, size), file, -1)
WRITES(ssize_t, writev, (int file, const struct iovec *parts, int count), (file, parts, count), file, -1)
WRITES(ssize_t, pwrite, (int file, const void *data, size_t size, off_t at_), (file, data, size, at_), file, at_)
WRITES(ssize_t, pwrite64, (int file, const void *data, size_t size, off64_t at_), (file, data, size, at_), file, at_)
WRITES(ssize_t, pwritev, (int file, const struct iovec *parts, int count, off_t at_), (file, parts, count, at_), file,
       at_)
WRITES(ssize_t, pwritev64, (int file, const struct iovec *parts, int count, off64_t at_), (file, parts, count, at_),
       file, at_)
WRITES(ssize_t, pwritev2, (int file, const struct iovec *parts, int count, off_t at_, int how),
       (file, parts, count, at_, how), file, at_)
WRITES(ssize_t, pwritev64v2, (int file, const struct iovec *parts, int count, off64_t at_, int how),
       (file, parts, count, at_, how), file, at_)
WRITES(ssize_t, sendfile, (int file, int source, off_t *from, size_t size), (file, source, from, size), file, -1)
WRITES(ssize_t, sendfile64, (int file, int source, off64_t *from, size_t size), (file, source, from, size), file, -1)
WRITES(ssize_t, copy_file_range, (int source, off64_t *from, int file, off64_t *to, size_t size, unsigned int how),
       (source, from, file, to, size, how), file, to ? *to - done : -1)

#define RESIZES(name, parameters, arguments)                                                                           \
    int name parameters                                                                                                \
    {                                                                                                                  \
        if (!is_below(file))                                                                                           \
            return REAL(name) arguments;                                                                               \
        int log = lock_log();                                                                                          \
        off_t before = status_of(file).st_size;                                                                        \
        int result = REAL(name) arguments, number = errno;                                                             \
        struct stat after = status_of(file);                                                                           \
        if (!result && after.st_size != before)                                                                        \
            record(log, (struct head){.kind = CUT, .file = after.st_ino, .at = after.st_size}, 0, 0, 0);               \
        unlock(log, number);                                                                                           \
        return result;                                                                                                 \
    }

RESIZES(ftruncate, (int file, off_t size), (file, size))
RESIZES(ftruncate64, (int file, off64_t size), (file, size))
RESIZES(fallocate, (int file, int how, off_t at, off_t size), (file, how, at, size))
RESIZES(fallocate64, (int file, int how, off64_t at, off64_t size), (file, how, at, size))
RESIZES(posix_fallocate, (int file, off_t at, off_t size), (file, at, size))
RESIZES(posix_fallocate64, (int file, off64_t at, off64_t size), (file, at, size))

#define RESIZES_BY_NAME(name, type)                                                                                    \
    int name(const char *path, type size)                                                                              \
    {                                                                                                                  \
        int file = open(path, O_WRONLY | O_CLOEXEC);                                                                   \
        if (file < 0)                                                                                                  \
            return -1;                                                                                                 \
        int result = ftruncate(file, size), number = errno;                                                            \
        close(file);                                                                                                   \
        errno = number;                                                                                                \
        return result;                                                                                                 \
    }

RESIZES_BY_NAME(truncate, off_t)
RESIZES_BY_NAME(truncate64, off64_t)

#define SYNCS(name)                                                                                                    \
    int name(int file)                                                                                                 \
    {                                                                                                                  \
        if (!is_below(file))                                                                                           \
            return REAL(name)(file);                                                                                   \
        int log = lock_log();                                                                                          \
        int result = REAL(name)(file), number = errno;                                                                 \
        struct stat status = status_of(file);                                                                          \
        if (!result && S_ISDIR(status.st_mode))                                                                        \
            record(log, (struct head){.kind = SYNC_FOLDER, .file = status.st_ino}, 0, 0, 0);                           \
        else if (!result)                                                                                              \
            record_octets(log, SYNC, file, 0, status.st_size);                                                         \
        unlock(log, number);                                                                                           \
        return result;                                                                                                 \
    }

SYNCS(fsync)
SYNCS(fdatasync)

/* ---------------------------------------------------------------- names in folders */

/* A name's folder, opened as a place; -1 if it is not below ours. */
static int open_folder(int directory, const char *path, char *name)
{
    char above[PATH_MAX];
    if (!folder[0] || !path || strlen(path) >= sizeof above)
        return -1;
    int saved = errno;
    strcpy(above, path);
    size_t length = strlen(above);
    while (length > 1 && above[length - 1] == '/')
        above[--length] = 0;
    char *slash = strrchr(above, '/');
    strcpy(name, slash ? slash + 1 : above);
    if (slash)
        slash[slash == above ? 1 : 0] = 0;
    int found = syscall(SYS_openat, directory, slash ? above : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (found >= 0 && !is_below(found)) {
        syscall(SYS_close, found);
        found = -1;
    }
    errno = saved;
    return found;
}

static uint64_t number_at(int parent, const char *name)
{
    struct stat status;
    return fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) ? 0 : status.st_ino;
}

static int opens(int directory, const char *path, int flags, mode_t mode)
{
    char name[PATH_MAX];
    int parent = flags & (O_CREAT | O_TRUNC) ? open_folder(directory, path, name) : -1;
    if (parent < 0)
        return syscall(SYS_openat, directory, path, flags, mode);
    int log = lock_log();
    int before = number_at(parent, name) != 0;
    int result = syscall(SYS_openat, directory, path, flags, mode), number = errno;
    if (result >= 0) {
        uint64_t file = status_of(result).st_ino;
        if (!before)
            record(log, (struct head){.kind = CREATE, .file = file, .folder = status_of(parent).st_ino}, name, 0, 0);
        else if (flags & O_TRUNC)
            record(log, (struct head){.kind = CUT, .file = file}, 0, 0, 0);
    }
    unlock(log, number);
    syscall(SYS_close, parent);
    return result;
}

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
        MODE return opens(AT_FDCWD, path, flags, mode);                                                                \
    }

#define OPENAT(name)                                                                                                   \
    int name(int directory, const char *path, int flags, ...)                                                          \
    {                                                                                                                  \
        MODE return opens(directory, path, flags, mode);                                                               \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

int creat(const char *path, mode_t mode) { return opens(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

/* An operation on one name, done by `call`, which gives 0 when it is done. */
#define ON_NAME(what, directory, path, call)                                                                           \
    {                                                                                                                  \
        char name[PATH_MAX];                                                                                           \
        int parent = open_folder(directory, path, name);                                                               \
        if (parent < 0)                                                                                                \
            return call;                                                                                               \
        int log = lock_log();                                                                                          \
        int result = call, number = errno;                                                                             \
        struct head head = {.kind = what, .file = number_at(parent, name), .folder = status_of(parent).st_ino};        \
        if (!result)                                                                                                   \
            record(log, head, name, 0, 0);                                                                             \
        unlock(log, number);                                                                                           \
        syscall(SYS_close, parent);                                                                                    \
        return result;                                                                                                 \
    }

int unlink(const char *path) { ON_NAME(REMOVE, AT_FDCWD, path, REAL(unlink)(path)) }
int unlinkat(int directory, const char *path, int flags)
{
    ON_NAME(REMOVE, directory, path, REAL(unlinkat)(directory, path, flags))
}
int rmdir(const char *path) { ON_NAME(REMOVE, AT_FDCWD, path, REAL(rmdir)(path)) }
int remove(const char *path)
{
    struct stat status;
    return lstat(path, &status) || !S_ISDIR(status.st_mode) ? unlink(path) : rmdir(path);
}
int mkdir(const char *path, mode_t mode) { ON_NAME(MKDIR, AT_FDCWD, path, REAL(mkdir)(path, mode)) }
int mkdirat(int directory, const char *path, mode_t mode)
{
    ON_NAME(MKDIR, directory, path, REAL(mkdirat)(directory, path, mode))
}
int link(const char *from, const char *to) { ON_NAME(LINK, AT_FDCWD, to, REAL(link)(from, to)) }
int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    ON_NAME(LINK, to_folder, to, REAL(linkat)(from_folder, from, to_folder, to, flags))
}

static int renames(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags)
{
    char name[PATH_MAX], other[PATH_MAX];
    int source = open_folder(from_folder, from, name), target = open_folder(to_folder, to, other);
    must((source < 0) == (target < 0), "a rename into or out of the recorded folder");
    if (source < 0)
        return syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
    must(!(flags & RENAME_EXCHANGE), "an exchange of two names");
    int log = lock_log();
    int result = syscall(SYS_renameat2, from_folder, from, to_folder, to, flags), number = errno;
    struct head head = {.kind = RENAME, .folder = status_of(source).st_ino, .other_folder = status_of(target).st_ino};
    if (!result)
        record(log, head, name, other, 0);
    unlock(log, number);
    syscall(SYS_close, source);
    syscall(SYS_close, target);
    return result;
}

int rename(const char *from, const char *to) { return renames(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    return renames(from_folder, from, to_folder, to, 0);
}
int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags)
{
    return renames(from_folder, from, to_folder, to, flags);
}
