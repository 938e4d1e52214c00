#ifndef WATCHPOST_CTLS_H
#define WATCHPOST_CTLS_H

/// One side of a TLS connection whose bytes somebody else carries.
struct wp_tls;

/// Begins the client's side. Certificates are not checked: those of cameras are signed by themselves. The connection is to `host`, which is told to the server unless it is a numeric address. NULL without memory.
struct wp_tls *wp_tls_client(const char *host);

/// What all connections of a server have in common: its certificate, and whom it trusts.
struct wp_tls_server;

/// What a server asks of its clients.
enum wp_tls_clients {
    WP_TLS_ANYONE,
    /// A certificate that is sent must be of one of the authorities.
    WP_TLS_CHECKED,
    /// A certificate must be sent, too.
    WP_TLS_KNOWN,
};

/// Reads a server's certificate, with those between it and its authority behind it, and its key, as PEM. NULL where that
/// fails: ``wp_tls_reason`` says why.
/// @param passphrase of the key; NULL for none
struct wp_tls_server *wp_tls_server(const char *certificate, const char *key, const char *passphrase);

/// Adds a file of authorities whose clients are known. 0, or -1.
int wp_tls_server_trust(struct wp_tls_server *server, const char *authorities);

/// Says what is asked of clients.
void wp_tls_server_ask(struct wp_tls_server *server, enum wp_tls_clients clients);

void wp_tls_server_free(struct wp_tls_server *server);

/// Begins the server's side of a connection, which may outlive the server. NULL without memory.
struct wp_tls *wp_tls_accept(struct wp_tls_server *server);

/// Whom the client's certificate names, ended by 0. 1, or 0 where it sent none.
int wp_tls_client_name(struct wp_tls *tls, char *text, int count);

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
