// A stack machine: sums of primes by trial division.
var program = new Uint8Array([
  0, 2, 2, 0, 1, 0, 0, 60, 6, 0, 7, 32, 0, 2, 2, 1, 1, 0, 1, 1, 1, 1, 4, 0, 6, 0, 7, 15, 8, 23, 1, 0, 1, 1, 5, 0, 7, 27,
  1, 1, 0, 1, 3, 0, 8, 33, 1, 2, 1, 0, 3, 0, 2, 2, 1, 0, 0, 1, 3, 0, 2, 0, 8, 2, 9, 0, 2, 1, 8, 8,
]);

function execute(code, locals) {
  var stack = new Int32Array(16);
  var top = 0;
  var at = 0;
  for (;;) {
    var operation = code[at];
    var operand = code[at + 1];
    at += 2;
    switch (operation) {
      case 0:
        stack[top++] = operand;
        break;
      case 1:
        stack[top++] = locals[operand];
        break;
      case 2:
        locals[operand] = stack[--top];
        break;
      case 3:
        top--;
        stack[top - 1] += stack[top];
        break;
      case 4:
        top--;
        stack[top - 1] *= stack[top];
        break;
      case 5:
        top--;
        stack[top - 1] %= stack[top];
        break;
      case 6:
        top--;
        stack[top - 1] = stack[top - 1] < stack[top];
        break;
      case 7:
        if (!stack[--top]) at = operand * 2;
        break;
      case 8:
        at = operand * 2;
        break;
      default:
        return locals[2];
    }
  }
}

function run(n) {
  var sum = 0;
  while (n-- > 0) sum = (sum * 31 + execute(program, new Int32Array(4))) | 0;
  return sum;
}
