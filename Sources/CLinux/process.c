#include "clinux.h"

#include <errno.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

// struct pidfd_info of linux/pidfd.h as Linux 6.15 has it; the headers of older distributions do not.
struct process_info {
    uint64_t mask;
    uint64_t cgroup;
    uint32_t ids[11];
    int32_t exit_code;
};

#define PROCESS_INFO_EXIT (1ull << 3)
#define PROCESS_GET_INFO _IOWR(0xFF, 11, struct process_info)

int wp_process_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int wp_process_status(int descriptor) {
    struct process_info info = {.mask = PROCESS_INFO_EXIT};
    if (ioctl(descriptor, PROCESS_GET_INFO, &info) != 0) return -1;
    return info.mask & PROCESS_INFO_EXIT ? info.exit_code : -1;
}

void wp_name_thread(const char *name) { prctl(PR_SET_NAME, name); }
