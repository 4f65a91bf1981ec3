// Functions of modules that run in slices, in WebAssembly's text format: recursion, loops, calls by a table, and a trap in a loop.

/** Functions 0 to 2, with their table. */
export const FIB_SUM_TABLE = `(type $unary (func (param i32) (result i32)))
  (table 2 funcref) (elem (i32.const 0) $fib $sum)
  (func $fib (export "fib") (param i32) (result i32)
    (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0))
      (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  (func $sum (export "sum") (param $n i32) (result i32) (local $s i32)
    (loop $again
      (local.set $s (i32.add (local.get $s) (local.get $n)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s))
  (func $table (export "table") (param $n i32) (result i32) (local $i i32) (local $s i32)
    (loop $again
      (local.set $s (i32.add (i32.mul (local.get $s) (i32.const 3))
        (call_indirect (type $unary) (i32.add (local.get $i) (i32.const 3)) (i32.and (local.get $i) (i32.const 1)))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $s))`;

/** Stores quotients in memory until it divides by zero. */
export const DIVIDE = `(func (export "divide") (param $n i32) (result i32)
    (loop $again (i32.store (i32.const 4) (i32.div_s (i32.const 60) (local.get $n)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br $again))
    (unreachable))`;
