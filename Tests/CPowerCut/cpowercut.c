// A VFS of SQLite that is the usual one, and keeps for each watched file what would undo the writes since its last
// synchronisation: https://www.sqlite.org/vfs.html

#include "cpowercut.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A write, or a change of length, that is not synchronised.
typedef struct change {
    sqlite3_int64 offset;
    int length;  // -1: the file was cut to `offset` bytes
    unsigned char *after;
    sqlite3_int64 size_before;
    unsigned char *before;  // what stood there, as far as the file went
    int before_length;
} change;

typedef struct history {
    char path[512];
    change *changes;
    int count, room;
    struct history *next;
} history;

typedef struct watched_file {
    sqlite3_file base;
    history *history;
    sqlite3_file real;  // the usual VFS' file follows here
} watched_file;

static sqlite3_vfs *usual;
static sqlite3_vfs watching;
static char prefixes[64][512];
static int prefix_count;
static history *histories;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static history *history_of(const char *path) {
    for (history *h = histories; h; h = h->next)
        if (!strcmp(h->path, path)) return h;
    return NULL;
}

static void forget(history *h) {
    for (int i = 0; i < h->count; i++) {
        free(h->changes[i].after);
        free(h->changes[i].before);
    }
    h->count = 0;
}

static sqlite3_file *real(sqlite3_file *file) { return &((watched_file *)file)->real; }

static void note(watched_file *file, sqlite3_int64 offset, int length, const void *data) {
    sqlite3_file *under = &file->real;
    change c = {.offset = offset, .length = length};
    under->pMethods->xFileSize(under, &c.size_before);
    sqlite3_int64 end = length < 0 ? c.size_before : offset + length;
    if (end > c.size_before) end = c.size_before;
    if (end > offset) {
        c.before_length = (int)(end - offset);
        c.before = malloc((size_t)c.before_length);
        under->pMethods->xRead(under, c.before, c.before_length, offset);
    }
    if (length > 0) {
        c.after = malloc((size_t)length);
        memcpy(c.after, data, (size_t)length);
    }
    pthread_mutex_lock(&lock);
    history *h = file->history;
    if (h->count == h->room) {
        h->room = h->room ? h->room * 2 : 64;
        h->changes = realloc(h->changes, (size_t)h->room * sizeof(change));
    }
    h->changes[h->count++] = c;
    pthread_mutex_unlock(&lock);
}

static int file_close(sqlite3_file *f) { return real(f)->pMethods->xClose(real(f)); }
static int file_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), to, n, at); }
static int file_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at) {
    note((watched_file *)f, at, n, from);
    return real(f)->pMethods->xWrite(real(f), from, n, at);
}
static int file_truncate(sqlite3_file *f, sqlite3_int64 size) {
    note((watched_file *)f, size, -1, NULL);
    return real(f)->pMethods->xTruncate(real(f), size);
}
static int file_sync(sqlite3_file *f, int flags) {
    int result = real(f)->pMethods->xSync(real(f), flags);
    pthread_mutex_lock(&lock);
    if (result == SQLITE_OK) forget(((watched_file *)f)->history);
    pthread_mutex_unlock(&lock);
    return result;
}
static int file_size(sqlite3_file *f, sqlite3_int64 *size) { return real(f)->pMethods->xFileSize(real(f), size); }
static int file_lock(sqlite3_file *f, int kind) { return real(f)->pMethods->xLock(real(f), kind); }
static int file_unlock(sqlite3_file *f, int kind) { return real(f)->pMethods->xUnlock(real(f), kind); }
static int file_reserved(sqlite3_file *f, int *out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); }
static int file_control(sqlite3_file *f, int op, void *arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); }
static int file_sector(sqlite3_file *f) { return real(f)->pMethods->xSectorSize(real(f)); }
// Nothing is promised about what a power cut leaves of a write.
static int file_character(sqlite3_file *f) { (void)f; return 0; }

// Version 1: without shared memory and memory maps, whose writes nobody would see.
static const sqlite3_io_methods methods = {
    1, file_close, file_read, file_write, file_truncate, file_sync, file_size, file_lock, file_unlock, file_reserved,
    file_control, file_sector, file_character,
};

static int is_watched(const char *path) {
    for (int i = 0; i < prefix_count; i++)
        if (path && !strncmp(path, prefixes[i], strlen(prefixes[i]))) return 1;
    return 0;
}

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out) {
    (void)vfs;
    if (!is_watched(path)) return usual->xOpen(usual, path, file, flags, out);
    watched_file *watched = (watched_file *)file;
    int result = usual->xOpen(usual, path, &watched->real, flags, out);
    if (result != SQLITE_OK) {
        file->pMethods = NULL;
        return result;
    }
    pthread_mutex_lock(&lock);
    watched->history = history_of(path);
    if (!watched->history) {
        watched->history = calloc(1, sizeof(history));
        snprintf(watched->history->path, sizeof watched->history->path, "%s", path);
        watched->history->next = histories;
        histories = watched->history;
    }
    pthread_mutex_unlock(&lock);
    file->pMethods = &methods;
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *path, int sync) {
    (void)vfs;
    pthread_mutex_lock(&lock);
    history *h = history_of(path);
    if (h) forget(h);
    pthread_mutex_unlock(&lock);
    return usual->xDelete(usual, path, sync);
}

int wp_power_cut_watch(const char *prefix) {
    int result = SQLITE_OK;
    pthread_mutex_lock(&lock);
    if (!usual) {
        usual = sqlite3_vfs_find(NULL);
        watching = *usual;
        watching.zName = "power-cut";
        watching.pNext = NULL;
        watching.szOsFile = (int)sizeof(watched_file) + usual->szOsFile;
        watching.xOpen = open_file;
        watching.xDelete = delete_file;
        result = sqlite3_vfs_register(&watching, 1);
    }
    snprintf(prefixes[prefix_count++ % 64], sizeof prefixes[0], "%s", prefix);
    if (prefix_count > 64) prefix_count = 64;
    pthread_mutex_unlock(&lock);
    return result;
}

static uint64_t next(uint64_t *state) {
    uint64_t mixed = (*state += 0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
}

int wp_power_cut_copy(const char *path, const char *copy, uint64_t seed) {
    FILE *in = fopen(path, "rb");
    if (!in) return 1;
    fseek(in, 0, SEEK_END);
    size_t size = (size_t)ftell(in), room = size + (8 << 20);
    rewind(in);
    unsigned char *bytes = calloc(1, room);
    size_t got = fread(bytes, 1, size, in);
    fclose(in);
    pthread_mutex_lock(&lock);
    history *h = history_of(path);
    int count = h ? h->count : 0;
    for (int i = count - 1; i >= 0; i--) {
        change *c = &h->changes[i];
        if (c->before) memcpy(bytes + c->offset, c->before, (size_t)c->before_length);
        if ((size_t)c->size_before < size) memset(bytes + c->size_before, 0, size - (size_t)c->size_before);
        size = (size_t)c->size_before;
    }
    for (int i = 0; i < count && seed; i++) {
        change *c = &h->changes[i];
        if (c->length < 0) {
            if (next(&seed) & 1 && (size_t)c->offset < size) {
                memset(bytes + c->offset, 0, size - (size_t)c->offset);
                size = (size_t)c->offset;
            }
            continue;
        }
        for (int at = 0; at < c->length; at += 512) {
            int length = c->length - at < 512 ? c->length - at : 512;
            if (!(next(&seed) & 1) || (size_t)c->offset + (size_t)at + (size_t)length > room) continue;
            memcpy(bytes + c->offset + at, c->after + at, (size_t)length);
            if ((size_t)c->offset + (size_t)at + (size_t)length > size)
                size = (size_t)c->offset + (size_t)at + (size_t)length;
        }
    }
    pthread_mutex_unlock(&lock);
    FILE *out = fopen(copy, "wb");
    int failed = !out || got == 0 ? !out : fwrite(bytes, 1, size, out) != size;
    if (out && fclose(out)) failed = 1;
    free(bytes);
    return failed;
}
