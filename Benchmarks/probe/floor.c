/* The least that a reader of RTSP streams can do: an epoll loop that takes the frames of RTP out of TCP, counts packets,
   pictures (markers) and gaps in sequence numbers. Build: cc -O2 -o floor floor.c
   Run: floor PORT COUNT SECONDS; prints JSON. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct stream {
    int fd;
    int have;
    int expected;
    unsigned char buffer[65536 + 4];
};

static unsigned long frames, lost, packets;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static double cpu(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Asks, and reads until the end of the answer's header and body; what comes after it is lost. */
static int ask(int fd, const char *text, char *answer, int size) {
    if (send(fd, text, strlen(text), 0) < 0) return -1;
    int have = 0;
    for (;;) {
        int count = recv(fd, answer + have, size - 1 - have, 0);
        if (count <= 0) return -1;
        have += count;
        answer[have] = 0;
        char *end = strstr(answer, "\r\n\r\n");
        if (!end) continue;
        char *length = strcasestr(answer, "Content-Length:");
        int body = length && length < end ? atoi(length + 15) : 0;
        if (have >= end + 4 - answer + body) return have;
    }
}

static int open_stream(int port, int number) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) return -1;
    char url[100], text[400], answer[8192], session[100] = "", track[200];
    snprintf(url, sizeof url, "rtsp://127.0.0.1:%d/cam-%d", port, number);
    snprintf(text, sizeof text, "DESCRIBE %s RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n", url);
    if (ask(fd, text, answer, sizeof answer) < 0) return -1;
    char *media = strstr(answer, "m=video"), *control = media ? strstr(media, "a=control:") : NULL;
    if (!control) return -1;
    char name[100];
    sscanf(control + 10, "%99[^\r\n]", name);
    if (strncmp(name, "rtsp", 4)) snprintf(track, sizeof track, "%s/%s", url, name);
    else snprintf(track, sizeof track, "%s", name);
    snprintf(text, sizeof text,
             "SETUP %s RTSP/1.0\r\nCSeq: 2\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n", track);
    if (ask(fd, text, answer, sizeof answer) < 0) return -1;
    char *found = strcasestr(answer, "Session:");
    if (found) sscanf(found + 8, " %99[^;\r\n]", session);
    snprintf(text, sizeof text, "PLAY %s RTSP/1.0\r\nCSeq: 3\r\nSession: %s\r\nRange: npt=0.000-\r\n\r\n", url, session);
    if (send(fd, text, strlen(text), 0) < 0) return -1;
    return fd;
}

static int take(struct stream *stream) {
    int count = recv(stream->fd, stream->buffer + stream->have, sizeof stream->buffer - stream->have, MSG_DONTWAIT);
    if (count <= 0) return count;
    stream->have += count;
    int at = 0;
    while (stream->have - at >= 4) {
        unsigned char *unit = stream->buffer + at;
        if (unit[0] != '$') {
            /* The answer to PLAY. */
            unsigned char *next = memmem(unit, stream->have - at, "\r\n\r\n", 4);
            if (!next) break;
            at = next + 4 - stream->buffer;
            continue;
        }
        int length = unit[2] << 8 | unit[3];
        if (stream->have - at < length + 4) break;
        if (unit[1] == 0 && length >= 12) {
            int sequence = unit[6] << 8 | unit[7];
            if (stream->expected >= 0 && sequence != stream->expected) lost += (sequence - stream->expected) & 0xffff;
            stream->expected = (sequence + 1) & 0xffff;
            packets++;
            if (unit[5] & 0x80) frames++;
        }
        at += length + 4;
    }
    memmove(stream->buffer, stream->buffer + at, stream->have - at);
    stream->have -= at;
    return count;
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    int port = atoi(argv[1]), count = atoi(argv[2]);
    double seconds = atof(argv[3]);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    int epoll = epoll_create1(0);
    struct stream *streams = calloc(count, sizeof *streams);
    for (int i = 0; i < count; i++) {
        streams[i].fd = open_stream(port, i);
        streams[i].expected = -1;
        if (streams[i].fd < 0) return 1;
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        epoll_ctl(epoll, EPOLL_CTL_ADD, streams[i].fd, &event);
    }
    struct epoll_event events[256];
    double settled = now() + 2, start = 0, before = 0;
    unsigned long frames_before = 0;
    while (!start || now() < start + seconds) {
        if (!start && now() > settled) {
            start = now();
            before = cpu();
            frames_before = frames;
        }
        int ready = epoll_wait(epoll, events, 256, 100);
        for (int i = 0; i < ready; i++) take(&streams[events[i].data.u32]);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"cpu\": %f, \"wall\": %f, \"frames\": %lu, \"lost\": %lu, \"peak_mib\": %f}\n", cpu() - before, now() - start,
           frames - frames_before, lost, usage.ru_maxrss / 1024.0);
    return 0;
}
