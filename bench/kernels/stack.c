// A stack machine whose stack is an array of the function, on the C stack: sums of primes by trial division.
enum { PUSH, LOAD, STORE, ADD, MULTIPLY, REMAINDER, LESS, BRANCH_IF_ZERO, JUMP, END };

typedef struct {
  unsigned char operation, operand;
} Code;

// Local 0: candidate, 1: divisor, 2: sum.
static const Code program[] = {
    {PUSH, 2},  {STORE, 0},                                          // 0: candidate = 2
    {LOAD, 0},  {PUSH, 60}, {LESS, 0},       {BRANCH_IF_ZERO, 32},   // 2: while candidate < 60
    {PUSH, 2},  {STORE, 1},                                          // 6: divisor = 2
    {LOAD, 0},  {LOAD, 1},  {LOAD, 1},       {MULTIPLY, 0},          // 8
    {LESS, 0},  {BRANCH_IF_ZERO, 15},        {JUMP, 23},             // 12: while divisor * divisor <= candidate
    {LOAD, 0},  {LOAD, 1},  {REMAINDER, 0},  {BRANCH_IF_ZERO, 27},   // 15: it is composite
    {LOAD, 1},  {PUSH, 1},  {ADD, 0},        {JUMP, 33},             // 19
    {LOAD, 2},  {LOAD, 0},  {ADD, 0},        {STORE, 2},             // 23: sum += candidate
    {LOAD, 0},  {PUSH, 1},  {ADD, 0},        {STORE, 0},             // 27: candidate++
    {JUMP, 2},                                                       // 31
    {END, 0},                                                        // 32
    {STORE, 1}, {JUMP, 8},                                           // 33: divisor++
};

static int execute(const Code *code, int *locals) {
  int stack[16], *top = stack;
  for (const Code *at = code;;) {
    unsigned operand = at->operand;
    switch ((at++)->operation) {
      case PUSH:
        *top++ = (int)operand;
        break;
      case LOAD:
        *top++ = locals[operand];
        break;
      case STORE:
        locals[operand] = *--top;
        break;
      case ADD:
        top--;
        top[-1] += top[0];
        break;
      case MULTIPLY:
        top--;
        top[-1] *= top[0];
        break;
      case REMAINDER:
        top--;
        top[-1] %= top[0];
        break;
      case LESS:
        top--;
        top[-1] = top[-1] < top[0];
        break;
      case BRANCH_IF_ZERO:
        if (!*--top) at = code + operand;
        break;
      case JUMP:
        at = code + operand;
        break;
      default:
        return locals[2];
    }
  }
}

int run(int n) {
  unsigned sum = 0;
  while (n-- > 0) {
    int locals[4] = {0};
    sum = sum * 31 + (unsigned)execute(program, locals);
  }
  return (int)sum;
}
