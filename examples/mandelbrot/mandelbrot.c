// The Mandelbrot set on the screen, row by row: between the rows the board does what else it has to do.
#include "tazzina.h"

/** Pixels of the screen for one point; points are computed in fixed point, with 12 bits behind the binary point. */
enum { SIZE = 4, ONE = 1 << 12, MOST = 16 };

/** What the eight colours of a Bangle.js 2 give, from the outside in; 0 is the set itself. */
static const uint32_t colors[MOST + 1] = {
    0x0000ff, 0x0000ff, 0x0000ff, 0x00ffff, 0x00ffff, 0x00ff00, 0x00ff00, 0xffff00, 0xffff00,
    0xff0000, 0xff0000, 0xff00ff, 0xff00ff, 0xffffff, 0xffffff, 0xffffff, 0x000000,
};

static int32_t columns, rows, row;

/** How many steps it takes to get away from (a, b). */
__attribute__((export_name("escape"))) int32_t escape(int32_t a, int32_t b) {
  int32_t x = 0, y = 0, count = 0;
  while (count < MOST) {
    int32_t xx = x * x >> 12, yy = y * y >> 12;
    if (xx + yy > 4 * ONE) break;
    y = (x * y >> 11) + b;
    x = xx - yy + a;
    count++;
  }
  return count;
}

static void draw_row(void) {
  int32_t b = (2 * row - rows) * (5 * ONE / 4) / rows;
  int32_t begin = 0, last = -1;
  for (int32_t column = 0; column <= columns; column++) {
    int32_t color = -1;
    if (column < columns) color = colors[escape(column * (5 * ONE / 2) / columns - 7 * ONE / 4, b)];
    // A run of one colour is one rectangle.
    if (color != last && column > 0) {
      screenColor(last, 0);
      screenFill(begin * SIZE, row * SIZE, (column - begin) * SIZE, SIZE);
      begin = column;
    }
    last = color;
  }
  screenFlip();
  if (++row < rows) setTimeout(draw_row, 0);
}

__attribute__((export_name("main"))) void start(void) {
  columns = screenWidth() / SIZE;
  rows = screenHeight() / SIZE;
  row = 0;
  screenClear();
  draw_row();
}
