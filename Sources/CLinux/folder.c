#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

int wp_folder_watch(void) { return inotify_init1(IN_CLOEXEC | IN_NONBLOCK); }

int wp_folder_watch_add(int watch, const char *path) {
    return inotify_add_watch(watch, path, IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR);
}

int wp_folder_watch_remove(int watch, int folder) { return inotify_rm_watch(watch, folder); }

int wp_waker(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void wp_wake(int waker) {
    uint64_t one = 1;
    // It fails only when it is woken more often than anybody counts.
    if (write(waker, &one, sizeof one) < 0) return;
}

int wp_folder_watch_wait(int watch, int waker, int milliseconds) {
    struct pollfd polled[2] = {{.fd = watch, .events = POLLIN}, {.fd = waker, .events = POLLIN}};
    if (poll(polled, 2, milliseconds) <= 0) return 0;
    uint64_t count;
    if (polled[1].revents && read(waker, &count, sizeof count) < 0 && errno != EAGAIN) return 0;
    if (!polled[0].revents) return 0;
    // What happened is seen by looking; that something did, also too much to be told, is enough.
    char events[16384];
    while (read(watch, events, sizeof events) > 0) {
    }
    return 1;
}

long long wp_next_data(int descriptor, long long offset) {
    off_t found = lseek(descriptor, (off_t)offset, SEEK_DATA);
    return found < (off_t)offset ? offset : found;
}
