/*
 * Preloaded into a process, records in order what it does to the files of one directory, with the time of CLOCK_MONOTONIC,
 * which is that of System.nanoTime. DiskRecording.java reads the record.
 *
 * DISK_RECORDER_DIRECTORY  the directory, as the process names it
 * DISK_RECORDER_FILE       where the record goes
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { START, OPEN, WRITE, ZEROS, TRUNCATE, SYNC_BEGIN, SYNC, SYNC_FAILED, SYNC_NAMES, RENAME, DELETE, UNSUPPORTED };

struct header {
    int32_t kind;
    int32_t name_bytes;
    int32_t data_bytes;
    int32_t file; /* which open file: its inode is used again after a delete, so OPEN tells it anew */
    int64_t nanos;
    int64_t offset;
    int64_t length;
};

enum { FDS = 4096 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ino_t inodes[FDS]; /* 0: not recorded */
static char directories[FDS];
static int record_fd = -1;

#define REAL(type, name, ...)                               \
    static type (*real)(__VA_ARGS__);                       \
    if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static const char *below(const char *path) {
    const char *directory = getenv("DISK_RECORDER_DIRECTORY");
    size_t length = directory ? strlen(directory) : 0;
    if (!length || !path || strncmp(path, directory, length)) return NULL;
    if (path[length] == '/') return path + length + 1;
    return path[length] ? NULL : path + length;
}

/* The caller holds the lock. */
static void put(int kind, ino_t file, int64_t offset, int64_t length, const char *name, const void *data, size_t bytes) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    if (record_fd < 0) {
        REAL(int, "open64", const char *, int, ...);
        const char *path = getenv("DISK_RECORDER_FILE");
        if (!path || (record_fd = real(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) < 0) abort();
        put(START, 0, 0, 0, NULL, NULL, 0);
    }
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    struct header header = {kind, name ? (int32_t)strlen(name) : 0, (int32_t)bytes, (int32_t)file,
                            now.tv_sec * 1000000000LL + now.tv_nsec, offset, length};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)name, header.name_bytes}, {(void *)data, bytes}};
    ssize_t all = sizeof header + header.name_bytes + bytes;
    if (real(record_fd, parts, 3) != all) abort();
}

static int recorded(int fd) { return fd >= 0 && fd < FDS && inodes[fd]; }

static int opened(int fd, const char *path, int flags) {
    const char *name = below(path);
    struct stat status;
    if (fd < 0 || !name) return fd;
    int saved = errno;
    pthread_mutex_lock(&lock);
    if (fd >= FDS || fstat(fd, &status)) abort();
    inodes[fd] = status.st_ino;
    directories[fd] = S_ISDIR(status.st_mode);
    if (!directories[fd]) {
        put(OPEN, status.st_ino, 0, status.st_size, name, NULL, 0);
        if (flags & O_TRUNC) put(TRUNCATE, status.st_ino, 0, 0, NULL, NULL, 0);
        if (flags & O_APPEND) put(UNSUPPORTED, status.st_ino, 0, 0, "O_APPEND", NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = saved;
    return fd;
}

#define MODE                               \
    mode_t mode = 0;                       \
    if (flags & (O_CREAT | O_TMPFILE)) {   \
        va_list rest;                      \
        va_start(rest, flags);             \
        mode = va_arg(rest, mode_t);       \
        va_end(rest);                      \
    }

int open(const char *path, int flags, ...) {
    MODE REAL(int, "open", const char *, int, ...);
    return opened(real(path, flags, mode), path, flags);
}

int open64(const char *path, int flags, ...) {
    MODE REAL(int, "open64", const char *, int, ...);
    return opened(real(path, flags, mode), path, flags);
}

int close(int fd) {
    REAL(int, "close", int);
    if (fd >= 0 && fd < FDS) inodes[fd] = 0;
    return real(fd);
}

static int zeros(const char *data, size_t bytes) {
    return bytes && !data[0] && !memcmp(data, data + 1, bytes - 1);
}

/* The caller holds the lock. */
static void written(int fd, const void *data, ssize_t bytes, int64_t offset) {
    if (bytes <= 0) return;
    int saved = errno;
    if (bytes > 4096 && zeros(data, bytes)) put(ZEROS, inodes[fd], offset, bytes, NULL, NULL, 0);
    else put(WRITE, inodes[fd], offset, bytes, NULL, data, bytes);
    errno = saved;
}

ssize_t pwrite64(int fd, const void *data, size_t bytes, off64_t offset) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    if (!recorded(fd)) return real(fd, data, bytes, offset);
    pthread_mutex_lock(&lock);
    ssize_t count = real(fd, data, bytes, offset);
    written(fd, data, count, offset);
    pthread_mutex_unlock(&lock);
    return count;
}

ssize_t pwrite(int fd, const void *data, size_t bytes, off_t offset) { return pwrite64(fd, data, bytes, offset); }

ssize_t write(int fd, const void *data, size_t bytes) {
    REAL(ssize_t, "write", int, const void *, size_t);
    if (!recorded(fd)) return real(fd, data, bytes);
    pthread_mutex_lock(&lock);
    off64_t offset = lseek64(fd, 0, SEEK_CUR);
    ssize_t count = real(fd, data, bytes);
    written(fd, data, count, offset);
    pthread_mutex_unlock(&lock);
    return count;
}

static void unsupported(int fd, const char *what) {
    pthread_mutex_lock(&lock);
    put(UNSUPPORTED, inodes[fd], 0, 0, what, NULL, 0);
    pthread_mutex_unlock(&lock);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    if (recorded(fd)) unsupported(fd, "writev");
    return real(fd, parts, count);
}

void *mmap64(void *address, size_t bytes, int protection, int flags, int fd, off64_t offset) {
    REAL(void *, "mmap64", void *, size_t, int, int, int, off64_t);
    if (recorded(fd) && (protection & PROT_WRITE) && (flags & MAP_SHARED)) unsupported(fd, "mmap");
    return real(address, bytes, protection, flags, fd, offset);
}

int ftruncate64(int fd, off64_t length) {
    REAL(int, "ftruncate64", int, off64_t);
    if (!recorded(fd)) return real(fd, length);
    pthread_mutex_lock(&lock);
    int result = real(fd, length);
    int saved = errno;
    if (!result) put(TRUNCATE, inodes[fd], length, 0, NULL, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = saved;
    return result;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int synced(int fd, int (*real)(int)) {
    if (!recorded(fd)) return real(fd);
    pthread_mutex_lock(&lock);
    put(SYNC_BEGIN, inodes[fd], 0, 0, NULL, NULL, 0);
    pthread_mutex_unlock(&lock);
    int result = real(fd);
    int saved = errno;
    pthread_mutex_lock(&lock);
    put(result ? SYNC_FAILED : directories[fd] ? SYNC_NAMES : SYNC, inodes[fd], 0, 0, NULL, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = saved;
    return result;
}

int fsync(int fd) {
    REAL(int, "fsync", int);
    return synced(fd, real);
}

int fdatasync(int fd) {
    REAL(int, "fdatasync", int);
    return synced(fd, real);
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    const char *old_name = below(from);
    const char *new_name = below(to);
    if (!old_name || !new_name) return real(from, to);
    pthread_mutex_lock(&lock);
    int result = real(from, to);
    int saved = errno;
    if (!result) put(RENAME, 0, 0, 0, old_name, new_name, strlen(new_name));
    pthread_mutex_unlock(&lock);
    errno = saved;
    return result;
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    const char *name = below(path);
    if (!name) return real(path);
    pthread_mutex_lock(&lock);
    int result = real(path);
    int saved = errno;
    if (!result) put(DELETE, 0, 0, 0, name, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = saved;
    return result;
}
