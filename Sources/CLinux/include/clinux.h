#ifndef WATCHPOST_CLINUX_H
#define WATCHPOST_CLINUX_H

#include <semaphore.h>
#include <stddef.h>

/// How a program is started.
struct wp_spawn_options {
    /// The program's name or path, looked for in PATH.
    const char *path;
    /// Arguments and environment, both ended by NULL.
    char *const *argv;
    char *const *envp;
    /// Descriptors that become the standard ones; -1 is /dev/null.
    int standard_input;
    int standard_output;
    int standard_error;
    /// Not 0: a session of its own.
    int own_session;
    /// Not 0: the signal that it gets when the thread that starts it ends (prctl, PR_SET_PDEATHSIG).
    int death_signal;
};

/// Starts a program with all other descriptors closed and default signals. Its pid, or the negative errno.
int wp_spawn(const struct wp_spawn_options *options);

/// A pipe whose ends are closed in programs that are started. 0, or the negative errno.
int wp_pipe(int ends[2]);

/// Takes SIGTERM, SIGINT and SIGHUP, unless they are ignored, for the whole process: a descriptor that becomes readable
/// when one comes, the same at each call; -1 and errno where there is none.
int wp_signal_descriptor(void);

/// Accepts a connection that does not block; -1 where there is none.
int wp_accept(int listener);

/// What happened to a descriptor that an epoll watches.
struct wp_event {
    unsigned long long token;
    int can_read;
    int can_write;
};

/// Makes an epoll; -1 and errno where the kernel refuses.
int wp_epoll(void);

/// Watches a descriptor, or (`is_new` 0) changes what is watched for. 0, or -1 and errno.
int wp_epoll_watch(int epoll, int descriptor, unsigned long long token, int writes, int is_new);

/// Fills `events` with at most `most` of what happened, after at most `milliseconds`. Their number, or -1 and errno.
int wp_epoll_wait(int epoll, struct wp_event *events, int most, int milliseconds);

/// A watch over names that come and go in folders (inotify); -1 and errno where the kernel refuses.
int wp_folder_watch(void);

/// Adds a folder: its number, the same for one that is watched already; -1 and errno.
int wp_folder_watch_add(int watch, const char *path);

/// Takes a folder away by its number.
int wp_folder_watch_remove(int watch, int folder);

/// A descriptor by which another thread ends a wait; -1 and errno.
int wp_waker(void);

/// Ends a wait, or the next one.
void wp_wake(int waker);

/// Waits until a name came or went, `waker` was woken, or the time is over. 1 where a name did.
int wp_folder_watch_wait(int watch, int waker, int milliseconds);

/// Where the next bytes of a file are that are no hole, from `offset` on; `offset` where the system does not tell.
long long wp_next_data(int descriptor, long long offset);

/// A descriptor that stands for the process `pid`, whoever started it; -1 and errno where there is none.
int wp_process_open(int pid);

/// With which status, as of wait(2), the process of such a descriptor has ended; -1 while it runs, or where the kernel
/// does not tell (before Linux 6.15).
int wp_process_status(int descriptor);

/// Names the calling thread for debuggers, by the first 15 bytes.
void wp_name_thread(const char *name);

/// Takes one of a semaphore, or waits for it until a time of the steady clock (CLOCK_MONOTONIC); -1 and ETIMEDOUT when
/// that came first.
int wp_wait_until(sem_t *semaphore, long long nanoseconds);

/// Gives memory that is free back to the system, of all threads' arenas.
void wp_return_free_memory(void);

/// The first place of `wanted` in `bytes` (memmem); NULL for none.
const void *wp_find_bytes(const void *bytes, size_t count, const void *wanted, size_t length);

/// Room for the text of an address and its port.
enum { WP_ADDRESS_TEXT = 64 };

/// A datagram that came.
struct wp_datagram {
    /// Bytes of it that are in the buffer.
    size_t length;
    /// Not 0: it was longer.
    int is_cut;
    /// Who sent it, `ADDRESS:PORT`.
    char sender[WP_ADDRESS_TEXT];
};

/// How many datagrams the kernel has dropped at a socket, as nobody took them in time; 0 where it does not tell.
unsigned int wp_dropped_datagrams(int socket);

/// Sets how many bytes wait in the kernel for a socket's owner, as far as the system allows. 0, or -1 and errno.
int wp_receive_buffer(int socket, int bytes);

/// Takes a datagram without waiting. 0, or -1 and errno.
int wp_receive_datagram(int socket, void *buffer, size_t size, struct wp_datagram *datagram);

/// Who is at the other end of a connection. 0, or -1 and errno.
int wp_peer_address(int socket, char text[WP_ADDRESS_TEXT]);

/// Waits until `waker` is woken or the time is over; for ever where that is negative.
void wp_waker_wait(int waker, int milliseconds);

/// Takes back what woke `waker`.
void wp_waker_calm(int waker);

#endif
