/* Firmware that calls a module of WebAssembly, and prints what it returns. */
#include "board.h"
#include "filter.h"

extern const uint8_t filter_image[];
static struct filter_instance instance;
static uint64_t memory[FILTER_MEMORY_BYTES / sizeof(uint64_t)];

static void put_thousandths(double value) {
  put_number((int64_t)(value * 1000));
  put_text(" / 1000\n");
}

/* What the module imports. */
static void report(struct filter_instance *filter, int32_t length, double mean) {
  int32_t *reports = filter->user;
  ++*reports;
  if (length > 4) {
    filter_fail(filter);
    return;
  }
  put_number(length);
  put_text(": ");
  put_thousandths(mean);
}

static const struct filter_imports imports = {.env_report = report};

/* Prints the trap of the last call, if there was one. */
static void put_status(void) {
  const struct filter_trap_place *place = filter_trap_place(&instance);
  if (instance.status < FILTER_TRAP) return;
  put_text("trap: ");
  put_text(filter_trap_message(instance.trap_code));
  if (place != NULL) {
    put_text(" in function ");
    put_number(place->function);
    put_text(" (");
    put_text(place->name);
    put_text(") at byte ");
    put_number(place->byte);
  }
  put_text("\n");
}

int main(void) {
  static const int32_t samples[] = {-7, 1000000, 12};
  int32_t reports = 0;
  instance.user = &reports;
  if (filter_start(&instance, filter_image, memory, stack_end, &imports) != FILTER_DONE) {
    put_status();
    return 1;
  }

  put_text("mean ");
  put_thousandths(filter_mean(&instance, 16, 4));
  memcpy(filter_pointer(&instance, 512, sizeof samples), samples, sizeof samples);
  put_text("mean of the firmware's ");
  put_thousandths(filter_mean(&instance, 512, 3));
  put_text("step ");
  put_number(filter_step(&instance, 1, -3000000000));
  put_text("\n");
  struct filter_divide_results divided = filter_divide(&instance, -100000000000, 7);
  put_text("divide ");
  put_number(divided.r0);
  put_text(" ");
  put_number(divided.r1);
  put_text("\nscale ");
  put_thousandths(filter_scale(&instance, 1.5f, 1LL << 33, -0.25, 12));
  put_text("depth ");
  put_number(filter_depth(&instance, 20));
  put_text("\n");
  filter_report_means(&instance, 16, 4);
  put_status();

  /* Traps: the firmware goes on. */
  filter_divide(&instance, 1, 0);
  put_status();
  filter_mean(&instance, 65533, 1);
  put_status();
  filter_step(&instance, 2, 1);
  put_status();
  filter_depth(&instance, 1000000);
  put_status();
  filter_report_means(&instance, 16, 9);
  put_status();

  put_text("reports ");
  put_number(reports);
  put_text(", calls ");
  put_number(filter_get_calls(&instance));
  filter_set_calls(&instance, 5);
  filter_mean(&instance, 16, 1);
  put_text(", then ");
  put_number(filter_get_calls(&instance));
  put_text("\n");
  return 0;
}
