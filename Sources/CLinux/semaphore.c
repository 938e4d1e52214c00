#define _GNU_SOURCE

#include "clinux.h"

#include <errno.h>
#include <time.h>

int wp_wait_until(sem_t *semaphore, long long nanoseconds) {
    struct timespec time = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    int status;
    do {
        status = sem_clockwait(semaphore, CLOCK_MONOTONIC, &time);
    } while (status != 0 && errno == EINTR);
    return status;
}
