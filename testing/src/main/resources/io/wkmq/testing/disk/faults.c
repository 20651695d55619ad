/*
 * Preloaded into a process, lets the syncs of the files of one directory take longer or fail. SyncFaults.java gives the orders.
 *
 * SYNC_FAULTS_DIRECTORY  the directory, as the system names it
 * SYNC_FAULTS_FILE       "slow <milliseconds>" or "fail 0"; anything else, or no file: nothing. Read at each sync.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int below(int fd) {
    const char *directory = getenv("SYNC_FAULTS_DIRECTORY");
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!directory || length < 0) return 0;
    path[length] = 0;
    size_t start = strlen(directory);
    return !strncmp(path, directory, start) && (path[start] == '/' || !path[start]);
}

/* Whether the sync may happen; takes its time. */
static int allowed(int fd) {
    const char *orders = getenv("SYNC_FAULTS_FILE");
    char text[64];
    int file = orders && below(fd) ? open(orders, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return 1;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    text[length < 0 ? 0 : length] = 0;
    if (!strncmp(text, "fail", 4)) return 0;
    if (!strncmp(text, "slow ", 5)) {
        long ms = atol(text + 5);
        struct timespec left = {ms / 1000, ms % 1000 * 1000000};
        while (nanosleep(&left, &left) && errno == EINTR) {
        }
    }
    return 1;
}

static int synced(int fd, const char *name) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (!allowed(fd)) {
        errno = EIO;
        return -1;
    }
    return real(fd);
}

int fsync(int fd) { return synced(fd, "fsync"); }

int fdatasync(int fd) { return synced(fd, "fdatasync"); }
