// A slow disk for the program that this library is loaded into before its others: each wait for it takes as long as
// FSYNC_MS says, in milliseconds.

#include <stdlib.h>
#include <time.h>

static int wait_for_disk(void) {
    const char *text = getenv("FSYNC_MS");
    long milliseconds = text ? atol(text) : 0;
    struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    while (nanosleep(&pause, &pause)) {}
    return 0;
}

int fsync(int file) { (void)file; return wait_for_disk(); }
int fdatasync(int file) { (void)file; return wait_for_disk(); }
