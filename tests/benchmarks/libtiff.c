/* SPDX-License-Identifier: GPL-3.0-or-later
 * libtiff with files that are memory. Only the call that codes or decodes the one strip is timed. */
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct tiff TIFF;
typedef long (*transfer)(void *, void *, long);
extern TIFF *TIFFClientOpen(const char *, const char *, void *, transfer, transfer, uint64_t (*)(void *, uint64_t, int),
                            int (*)(void *), uint64_t (*)(void *), int (*)(void *, void **, uint64_t *),
                            void (*)(void *, void *, uint64_t));
extern int TIFFSetField(TIFF *, uint32_t, ...), TIFFGetField(TIFF *, uint32_t, ...), TIFFFlushData(TIFF *);
extern long TIFFWriteEncodedStrip(TIFF *, uint32_t, void *, long), TIFFReadEncodedStrip(TIFF *, uint32_t, void *, long);
extern void TIFFClose(TIFF *);
typedef void (*handler)(const char *, const char *, va_list);
extern handler TIFFSetErrorHandler(handler), TIFFSetWarningHandler(handler);

struct memory { unsigned char *octets; uint64_t size, room, at; };

static int complaints;
static void complain(const char *module, const char *format, va_list arguments) { complaints++; }

static long get(void *handle, void *to, long size)
{
    struct memory *m = handle;
    if (m->at >= m->size) return 0;
    if ((uint64_t)size > m->size - m->at) size = m->size - m->at;
    memcpy(to, m->octets + m->at, size);
    m->at += size;
    return size;
}

static long put(void *handle, void *from, long size)
{
    struct memory *m = handle;
    if (m->at + size > m->room) return -1;
    memcpy(m->octets + m->at, from, size);
    m->at += size;
    if (m->at > m->size) m->size = m->at;
    return size;
}

static uint64_t seek(void *handle, uint64_t offset, int whence)
{
    struct memory *m = handle;
    return m->at = offset + (whence == 1 ? m->at : whence == 2 ? m->size : 0);
}

static int shut(void *handle) { return 0; }
static uint64_t size_of(void *handle) { return ((struct memory *)handle)->size; }
static int map(void *handle, void **base, uint64_t *size)
{
    struct memory *m = handle;
    *base = m->octets;
    *size = m->size;
    return 1;
}
static void unmap(void *handle, void *base, uint64_t size) {}

static TIFF *opened(struct memory *m, const char *mode)
{
    complaints = 0;
    TIFFSetErrorHandler(complain);
    TIFFSetWarningHandler(complain);
    return TIFFClientOpen("page", mode, m, get, put, seek, shut, size_of, map, unmap);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

double encode(unsigned width, unsigned length, unsigned compression, unsigned options, void *rows, size_t size,
              unsigned char *out, size_t room, size_t *made)
{
    struct memory m = {malloc(room), 0, room, 0};
    TIFF *tiff = opened(&m, "wl");
    uint64_t *offset, *count;
    double taken = -1;
    TIFFSetField(tiff, 256, width);
    TIFFSetField(tiff, 257, length);
    TIFFSetField(tiff, 258, 1);
    TIFFSetField(tiff, 259, compression);
    TIFFSetField(tiff, 262, 0);
    TIFFSetField(tiff, 266, 1);
    TIFFSetField(tiff, 277, 1);
    TIFFSetField(tiff, 278, length);
    TIFFSetField(tiff, 282, 204.0);
    TIFFSetField(tiff, 283, 196.0);
    TIFFSetField(tiff, 296, 2);
    if (compression == 3) TIFFSetField(tiff, 292, options);
    double begin = now();
    long written = TIFFWriteEncodedStrip(tiff, 0, rows, size);
    int flushed = TIFFFlushData(tiff);
    double end = now();
    if (written == (long)size && flushed && TIFFGetField(tiff, 273, &offset) && TIFFGetField(tiff, 279, &count)) {
        *made = count[0];
        memcpy(out, m.octets + offset[0], count[0]);
        taken = end - begin;
    }
    TIFFClose(tiff);
    free(m.octets);
    return taken;
}

double decode(size_t expected, void *file, size_t size, unsigned char *out, size_t room, size_t *made)
{
    struct memory m = {file, size, size, 0};
    TIFF *tiff = opened(&m, "r");
    if (!tiff) return -1;
    double begin = now();
    long got = TIFFReadEncodedStrip(tiff, 0, out, expected);
    double end = now();
    TIFFClose(tiff);
    *made = got < 0 ? 0 : got;
    return got < 0 || complaints ? -1 : end - begin;
}
