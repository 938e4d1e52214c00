#ifndef WATCHPOST_CPROCESS_H
#define WATCHPOST_CPROCESS_H

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

/// Blocks SIGTERM and SIGINT in this thread; a descriptor that becomes readable when one comes.
int wp_signal_descriptor(void);

/// Accepts a connection that does not block; -1 where there is none.
int wp_accept(int listener);

#endif
