// A library for LD_PRELOAD: a program's clock is WATCHPOST_CLOCK_OFFSET seconds ahead of (below zero: behind) the real one.
// Timers of the monotonic clock run as they always do.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long offset(void) {
    static long value;
    static int isRead;
    if (!isRead) {
        const char *text = getenv("WATCHPOST_CLOCK_OFFSET");
        value = text ? atol(text) : 0;
        isRead = 1;
    }
    return value;
}

int clock_gettime(clockid_t id, struct timespec *time) {
    int result = (int)syscall(SYS_clock_gettime, id, time);
    if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) time->tv_sec += offset();
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *time) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (time) *time = now.tv_sec;
    return now.tv_sec;
}

// A deadline since 1970 is one of the moved clock; one since the machine's start is small.
int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *deadline) {
    struct timespec real = *deadline;
    if (real.tv_sec < 1000000000) return pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &real);
    real.tv_sec -= offset();
    return pthread_cond_clockwait(condition, mutex, CLOCK_REALTIME, &real);
}
