;; The greatest common divisor, by Euclid's algorithm.
(module
  (func $gcd (export "gcd") (param $one i32) (param $other i32) (result i32)
    (local $rest i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $other)))
        (local.set $rest (i32.rem_u (local.get $one) (local.get $other)))
        (local.set $one (local.get $other))
        (local.set $other (local.get $rest))
        (br $next)))
    (local.get $one))

  ;; Division by zero is a trap.
  (func $divide (export "divide") (param $one i32) (param $other i32) (result i32 i32)
    (i32.div_s (local.get $one) (local.get $other))
    (i32.rem_s (local.get $one) (local.get $other))))
