/* Start of a Cortex-M4 with a float unit, and the serial port of QEMU's mps2-an386. No C library is needed. */
#include "board.h"

#include <stddef.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

extern uint32_t stack_start[], bss_start[], bss_end[];
int main(void);

static void put_character(char character) {
  while (REGISTER(0x40004004) & 1) {
  }
  REGISTER(0x40004000) = (uint8_t)character;
}

void put_text(const char *text) {
  while (*text != 0) put_character(*text++);
}

void put_number(int64_t number) {
  char digits[24];
  char *first = digits + sizeof digits - 1;
  uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
  *first = 0;
  do *--first = (char)('0' + left % 10);
  while ((left /= 10) != 0);
  if (number < 0) *--first = '-';
  put_text(first);
}

/* By semihosting: the application is done. */
_Noreturn void end(void) {
  register uint32_t operation __asm__("r0") = 0x18;
  register uint32_t reason __asm__("r1") = 0x20026;
  __asm__ volatile("bkpt #0xab" : : "r"(operation), "r"(reason) : "memory");
  for (;;) {
  }
}

void *memcpy(void *to, const void *from, size_t bytes) {
  uint8_t *target = to;
  const uint8_t *source = from;
  while (bytes-- > 0) *target++ = *source++;
  return to;
}

void *memset(void *to, int value, size_t bytes) {
  uint8_t *target = to;
  while (bytes-- > 0) *target++ = (uint8_t)value;
  return to;
}

static void reset(void) {
  /* CPACR: the float unit. */
  REGISTER(0xe000ed88) |= 0xfu << 20;
  __asm__ volatile("dsb\n\tisb");
  memset(bss_start, 0, (size_t)(bss_end - bss_start) * sizeof *bss_start);
  /* Serial port: the divisor, then the transmitter. */
  REGISTER(0x40004010) = 16;
  REGISTER(0x40004008) = 1;
  main();
  end();
}

static void fault(void) {
  put_text("fault\n");
  end();
}

__attribute__((section(".vectors"), used)) static void *const vectors[] = {
  stack_start, reset, fault, fault, fault, fault, fault,
};
