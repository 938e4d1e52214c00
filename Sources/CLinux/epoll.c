#define _GNU_SOURCE
#include "clinux.h"

#include <sys/epoll.h>

enum { most_at_once = 256 };

int wp_epoll(void) { return epoll_create1(EPOLL_CLOEXEC); }

int wp_epoll_watch(int epoll, int descriptor, unsigned long long token, int writes, int is_new) {
    struct epoll_event event = {.events = EPOLLIN | (writes ? EPOLLOUT : 0), .data.u64 = token};
    return epoll_ctl(epoll, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
}

int wp_epoll_wait(int epoll, struct wp_event *events, int most, int milliseconds) {
    struct epoll_event found[most_at_once];
    int count = epoll_wait(epoll, found, most < most_at_once ? most : most_at_once, milliseconds);
    for (int index = 0; index < count; index++) {
        events[index].token = found[index].data.u64;
        events[index].can_read = (found[index].events & ~EPOLLOUT) != 0;
        events[index].can_write = (found[index].events & EPOLLOUT) != 0;
    }
    return count;
}
