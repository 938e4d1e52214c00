#ifndef WATCHPOST_CTLS_H
#define WATCHPOST_CTLS_H

/// The client's side of a TLS connection whose bytes somebody else carries. Certificates are not checked: those of
/// cameras are signed by themselves.
struct wp_tls;

/// Begins a connection to `host`, which is told to the server unless it is a numeric address. NULL without memory.
struct wp_tls *wp_tls_client(const char *host);

void wp_tls_free(struct wp_tls *tls);

/// Takes bytes from the network. 0, or -1 without memory.
int wp_tls_feed(struct wp_tls *tls, const void *bytes, int count);

/// Fills `bytes` with what is to be sent over the network. How many, 0 for none.
int wp_tls_take(struct wp_tls *tls, void *bytes, int count);

/// Goes on with the handshake. 1 when it is done, 0 when it needs bytes, -1 when it failed.
int wp_tls_handshake(struct wp_tls *tls);

/// Fills `bytes` with what the other side said. How many, 0 for none now, -1 when the connection has ended.
int wp_tls_read(struct wp_tls *tls, void *bytes, int count);

/// Says `bytes` to the other side. 0, or -1.
int wp_tls_write(struct wp_tls *tls, const void *bytes, int count);

/// The reason of the last failure on this thread, in words, ended by 0.
void wp_tls_reason(char *text, int count);

#endif
