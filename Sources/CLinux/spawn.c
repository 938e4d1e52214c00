#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Between fork and exec only what is safe after a fork of a threaded process is called. */
static void become(const struct wp_spawn_options *options, int report, pid_t parent) {
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < NSIG; number++) {
        if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
    }
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (options->own_session) setsid();
    if (options->death_signal) {
        prctl(PR_SET_PDEATHSIG, options->death_signal);
        /* The parent may have ended before the line above. */
        if (getppid() != parent) _exit(127);
    }
    int wanted[3] = {options->standard_input, options->standard_output, options->standard_error};
    /* First out of the way of 0, 1 and 2, so that none is overwritten before it is used. */
    for (int index = 0; index < 3; index++) {
        int from = wanted[index] >= 0 ? wanted[index] : open("/dev/null", O_RDWR);
        wanted[index] = fcntl(from, F_DUPFD, 10);
    }
    int kept = fcntl(report, F_DUPFD_CLOEXEC, 20);
    for (int index = 0; index < 3; index++) dup2(wanted[index], index);
    /* Descriptor 3 takes the report's place; everything above it goes. */
    dup2(kept, 3);
    fcntl(3, F_SETFD, FD_CLOEXEC);
    if (close_range(4, ~0U, 0) != 0) {
        for (int fd = 4; fd < 4096; fd++) close(fd);
    }
    execvpe(options->path, options->argv, options->envp);
    int reason = errno;
    ssize_t written = write(3, &reason, sizeof reason);
    (void)written;
    _exit(127);
}

int wp_spawn(const struct wp_spawn_options *options) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return -errno;
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        become(options, report[1], parent);
    }
    int failed = pid < 0 ? errno : 0;
    close(report[1]);
    int reason = 0;
    if (pid > 0) {
        ssize_t count;
        do {
            count = read(report[0], &reason, sizeof reason);
        } while (count < 0 && errno == EINTR);
        if (count == (ssize_t)sizeof reason) {
            waitpid(pid, NULL, 0);
            failed = reason;
        }
    }
    close(report[0]);
    return failed ? -failed : pid;
}

int wp_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : -errno; }

static int end_signals[2] = {-1, -1};

static void note_end(int number) {
    int saved = errno;
    char byte = (char)number;
    ssize_t written = write(end_signals[1], &byte, 1);
    (void)written;
    errno = saved;
}

/* A handler, as blocking a signal in one thread leaves it to the others. */
int wp_signal_descriptor(void) {
    if (end_signals[0] >= 0) return end_signals[0];
    if (pipe2(end_signals, O_NONBLOCK | O_CLOEXEC) != 0) return -1;
    struct sigaction action = {.sa_handler = note_end, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigset_t set;
    sigemptyset(&set);
    int numbers[] = {SIGTERM, SIGINT, SIGHUP};
    for (int index = 0; index < 3; index++) {
        struct sigaction present;
        sigaddset(&set, numbers[index]);
        /* nohup(1) ignores SIGHUP, and a shell SIGINT of what runs in its background. */
        if (sigaction(numbers[index], NULL, &present) == 0 && present.sa_handler == SIG_IGN) continue;
        sigaction(numbers[index], &action, NULL);
    }
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    return end_signals[0];
}

int wp_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }
