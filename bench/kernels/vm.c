// An interpreter of a small register machine: br_table in a loop.
enum { CONSTANT, MOVE, ADD, SUBTRACT, MULTIPLY, AND, SHIFT_RIGHT, EXCLUSIVE_OR, BRANCH_LESS, BRANCH_ODD, JUMP, END };

// Steps of the Collatz sequences of the numbers 1 to 24. Four bytes an instruction: operation, destination, operands.
// Register 0: number, 1: value, 2: steps, 3: one, 4: three, 5: last number, 6: scratch.
static const unsigned char program[] = {
    CONSTANT, 0, 1, 0,     // 0
    CONSTANT, 2, 0, 0,     // 1
    CONSTANT, 3, 1, 0,     // 2
    CONSTANT, 4, 3, 0,     // 3
    CONSTANT, 5, 24, 0,    // 4
    MOVE, 1, 0, 0,         // 5: the next number
    BRANCH_LESS, 8, 3, 1,  // 6: while 1 < value
    JUMP, 15, 0, 0,        // 7
    ADD, 2, 2, 3,          // 8
    BRANCH_ODD, 12, 1, 0,  // 9
    SHIFT_RIGHT, 1, 1, 3,  // 10
    JUMP, 6, 0, 0,         // 11
    MULTIPLY, 1, 1, 4,     // 12
    ADD, 1, 1, 3,          // 13
    JUMP, 6, 0, 0,         // 14
    ADD, 0, 0, 3,          // 15
    SUBTRACT, 6, 0, 3,     // 16
    BRANCH_LESS, 5, 6, 5,  // 17: while number - 1 < last number
    EXCLUSIVE_OR, 6, 2, 0, // 18
    AND, 6, 6, 2,          // 19
    END, 0, 0, 0,          // 20
};

static unsigned registers[8];

static unsigned execute(void) {
  const unsigned char *at = program;
  for (;;) {
    unsigned char destination = at[1], a = at[2], b = at[3];
    unsigned char operation = at[0];
    at += 4;
    switch (operation) {
      case CONSTANT:
        registers[destination] = a;
        break;
      case MOVE:
        registers[destination] = registers[a];
        break;
      case ADD:
        registers[destination] = registers[a] + registers[b];
        break;
      case SUBTRACT:
        registers[destination] = registers[a] - registers[b];
        break;
      case MULTIPLY:
        registers[destination] = registers[a] * registers[b];
        break;
      case AND:
        registers[destination] = registers[a] & registers[b];
        break;
      case SHIFT_RIGHT:
        registers[destination] = registers[a] >> registers[b];
        break;
      case EXCLUSIVE_OR:
        registers[destination] = registers[a] ^ registers[b];
        break;
      case BRANCH_LESS:
        if (registers[a] < registers[b]) at = program + destination * 4;
        break;
      case BRANCH_ODD:
        if (registers[a] & 1) at = program + destination * 4;
        break;
      case JUMP:
        at = program + destination * 4;
        break;
      default:
        return registers[2] + registers[6];
    }
  }
}

int run(int n) {
  unsigned sum = 0;
  while (n-- > 0) sum = sum * 31 + execute();
  return (int)sum;
}
