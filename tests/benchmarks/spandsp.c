/* SPDX-License-Identifier: GPL-3.0-or-later
 * spandsp's T.4 sender and receiver, their rows in memory. Opening and closing their files isn't timed. */
#include <stdint.h>
#include <string.h>
#include <stddef.h>
#include <time.h>

typedef struct t4 t4;
extern t4 *t4_tx_init(t4 *, const char *, int, int), *t4_rx_init(t4 *, const char *, int);
extern int t4_tx_set_row_read_handler(t4 *, int (*)(void *, uint8_t *, size_t), void *);
extern int t4_rx_set_row_write_handler(t4 *, int (*)(void *, const uint8_t *, size_t), void *);
extern void t4_tx_set_tx_encoding(t4 *, int), t4_tx_set_min_bits_per_row(t4 *, int);
extern void t4_rx_set_rx_encoding(t4 *, int), t4_rx_set_image_width(t4 *, int);
extern void t4_rx_set_x_resolution(t4 *, int), t4_rx_set_y_resolution(t4 *, int);
extern int t4_tx_start_page(t4 *), t4_tx_end_page(t4 *), t4_tx_free(t4 *), t4_tx_get_chunk(t4 *, uint8_t *, int);
extern int t4_rx_start_page(t4 *), t4_rx_end_page(t4 *), t4_rx_free(t4 *), t4_rx_put_chunk(t4 *, const uint8_t *, int);

struct rows { unsigned char *octets; size_t at, size; };

static int next_row(void *user, uint8_t *row, size_t length)
{
    struct rows *rows = user;
    if (rows->at + length > rows->size) return 0;
    memcpy(row, rows->octets + rows->at, length);
    rows->at += length;
    return length;
}

static int row_done(void *user, const uint8_t *row, size_t length)
{
    struct rows *rows = user;
    if (rows->at + length > rows->size) return -1;
    memcpy(rows->octets + rows->at, row, length);
    rows->at += length;
    return 0;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

double encode(const char *geometry, int encoding, void *octets, size_t size, unsigned char *out, size_t room,
              size_t *made)
{
    struct rows rows = {octets, 0, size};
    t4 *s = t4_tx_init(NULL, geometry, -1, -1);
    if (!s) return -1;
    t4_tx_set_tx_encoding(s, encoding);
    t4_tx_set_min_bits_per_row(s, 0);
    t4_tx_set_row_read_handler(s, next_row, &rows);
    double begin = now();
    if (t4_tx_start_page(s)) return -1;
    *made = 0;
    for (int got; (got = t4_tx_get_chunk(s, out + *made, room - *made)) > 0;) *made += got;
    double end = now();
    t4_tx_end_page(s);
    t4_tx_free(s);
    return end - begin;
}

double decode(const char *file, int encoding, int width, void *bits, size_t size, unsigned char *out, size_t room,
              size_t *made)
{
    struct rows rows = {out, 0, room};
    t4 *s = t4_rx_init(NULL, file, 1);
    if (!s) return -1;
    t4_rx_set_rx_encoding(s, encoding);
    t4_rx_set_image_width(s, width);
    t4_rx_set_x_resolution(s, 8031);
    t4_rx_set_y_resolution(s, 7700);
    t4_rx_set_row_write_handler(s, row_done, &rows);
    double begin = now();
    t4_rx_start_page(s);
    t4_rx_put_chunk(s, bits, size);
    t4_rx_end_page(s);
    double end = now();
    t4_rx_free(s);
    *made = rows.at;
    return end - begin;
}
