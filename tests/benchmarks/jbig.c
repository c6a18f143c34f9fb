/* SPDX-License-Identifier: GPL-3.0-or-later
 * jbigkit's T.85 encoder and decoder, their rows and octets in memory. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

extern void jbg85_enc_init(void *, unsigned long, unsigned long, void (*)(unsigned char *, size_t, void *), void *);
extern void jbg85_enc_options(void *, int, unsigned long, int);
extern void jbg85_enc_lineout(void *, unsigned char *, unsigned char *, unsigned char *);
extern void jbg85_dec_init(void *, unsigned char *, size_t, int (*)(const void *, unsigned char *, size_t,
                                                                     unsigned long, void *), void *);
extern int jbg85_dec_in(void *, unsigned char *, size_t, size_t *), jbg85_dec_end(void *);

enum { STATE_ROOM = 65536, ROW_ROOM = 1 << 16 }; /* far more than either state has, or three rows of any fax page */
enum { ADAPTIVE = 127 };                         /* how far the adaptive template pixel may move: as far as it can */

struct memory { unsigned char *octets; size_t size, room; };

static void put(unsigned char *from, size_t length, void *user)
{
    struct memory *m = user;
    if (m->size + length <= m->room) memcpy(m->octets + m->size, from, length);
    m->size += length;
}

static int row_done(const void *state, unsigned char *row, size_t length, unsigned long y, void *user)
{
    put(row, length, user);
    return 0;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

double encode(unsigned long width, unsigned long length, unsigned long stripe, int options, unsigned char *rows,
              size_t size, unsigned char *out, size_t room, size_t *made)
{
    size_t stride = (width + 7) / 8;
    unsigned char *white = calloc(1, stride), *state = malloc(STATE_ROOM);
    struct memory m = {out, 0, room};
    double begin = now();
    jbg85_enc_init(state, width, length, put, &m);
    jbg85_enc_options(state, options, stripe, ADAPTIVE);
    for (unsigned long y = 0; y < length; y++) {
        unsigned char *row = rows + y * stride;
        jbg85_enc_lineout(state, row, y > 0 ? row - stride : white, y > 1 ? row - 2 * stride : white);
    }
    double end = now();
    free(white);
    free(state);
    *made = m.size <= room ? m.size : 0;
    return m.size <= room ? end - begin : -1;
}

double decode(unsigned char *data, size_t size, unsigned char *out, size_t room, size_t *made)
{
    unsigned char *buffer = malloc(ROW_ROOM), *state = malloc(STATE_ROOM);
    struct memory m = {out, 0, room};
    size_t read;
    double begin = now();
    jbg85_dec_init(state, buffer, ROW_ROOM, row_done, &m);
    jbg85_dec_in(state, data, size, &read);
    jbg85_dec_end(state);
    double end = now();
    free(buffer);
    free(state);
    *made = m.size <= room ? m.size : 0;
    return end - begin;
}
