#define _GNU_SOURCE
#include "clinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/// Writes an address and its port; one of IPv4 that came by way of IPv6 as what it is.
static void write_address(const struct sockaddr_storage *address, char text[WP_ADDRESS_TEXT]) {
    char host[INET6_ADDRSTRLEN] = "";
    text[0] = 0;
    if (address->ss_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)address;
        inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
        snprintf(text, WP_ADDRESS_TEXT, "%s:%u", host, ntohs(four->sin_port));
    } else if (address->ss_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;
        int is_four = IN6_IS_ADDR_V4MAPPED(&six->sin6_addr);
        if (is_four)
            inet_ntop(AF_INET, six->sin6_addr.s6_addr + 12, host, sizeof host);
        else
            inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
        snprintf(text, WP_ADDRESS_TEXT, is_four ? "%s:%u" : "[%s]:%u", host, ntohs(six->sin6_port));
    }
}

unsigned int wp_dropped_datagrams(int socket) {
    uint32_t counts[SK_MEMINFO_VARS] = {0};
    socklen_t length = sizeof counts;
    if (getsockopt(socket, SOL_SOCKET, SO_MEMINFO, counts, &length) != 0) return 0;
    return counts[SK_MEMINFO_DROPS];
}

int wp_receive_buffer(int socket, int bytes) {
    // More than net.core.rmem_max has who may do anything to the network.
    if (setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0) return 0;
    return setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

int wp_receive_datagram(int socket, void *buffer, size_t size, struct wp_datagram *datagram) {
    struct sockaddr_storage address = {0};
    struct iovec bytes = {.iov_base = buffer, .iov_len = size};
    struct msghdr message = {
        .msg_name = &address,
        .msg_namelen = sizeof address,
        .msg_iov = &bytes,
        .msg_iovlen = 1,
    };
    ssize_t count = recvmsg(socket, &message, MSG_DONTWAIT);
    if (count < 0) return -1;
    datagram->length = (size_t)count;
    datagram->is_cut = (message.msg_flags & MSG_TRUNC) != 0;
    write_address(&address, datagram->sender);
    return 0;
}

int wp_peer_address(int socket, char text[WP_ADDRESS_TEXT]) {
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof address;
    text[0] = 0;
    if (getpeername(socket, (struct sockaddr *)&address, &length) != 0) return -1;
    write_address(&address, text);
    return 0;
}

void wp_waker_wait(int waker, int milliseconds) {
    struct pollfd polled = {.fd = waker, .events = POLLIN};
    if (poll(&polled, 1, milliseconds) > 0) wp_waker_calm(waker);
}

void wp_waker_calm(int waker) {
    uint64_t count;
    if (read(waker, &count, sizeof count) < 0) return;
}
