/* SPDX-License-Identifier: GPL-3.0-or-later
 * The way from a preloaded libFuzzer to a mutator written in Python. libFuzzer looks for LLVMFuzzerCustomMutator when it
 * is loaded, which is before there is any Python, so atheris's own never gets called: github.com/google/atheris, issue
 * 54. Preloaded beside it this one is found, and calls what Python puts in its place later. */
#include <stddef.h>
#include <stdint.h>

typedef size_t mutator(uint8_t *data, size_t size, size_t room, unsigned int seed);
extern size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);
mutator *python_mutator;

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned int seed)
{
    return python_mutator ? python_mutator(data, size, room, seed) : LLVMFuzzerMutate(data, size, room);
}
