/* What the firmware has of QEMU's mps2-an386. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

void put_text(const char *text);
void put_number(int64_t number);
_Noreturn void end(void);
/** The lowest address of the stack. */
extern uint32_t stack_end[];

#endif
