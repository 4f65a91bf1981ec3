;; Statistics of samples that the firmware puts into memory.
(module
  (import "env" "report" (func $report (param i32 f64)))
  (memory (export "memory") 1)
  (table funcref (elem $halved $squared))
  (global $calls (export "calls") (mut i32) (i32.const 0))
  (data (i32.const 16) "\01\00\00\00\02\00\00\00\04\00\00\00\09\00\00\00")
  (type $step (func (param i64) (result i64)))

  (func $halved (param i64) (result i64) (i64.shr_s (local.get 0) (i64.const 1)))
  (func $squared (param i64) (result i64) (i64.mul (local.get 0) (local.get 0)))

  ;; The mean of i32 samples.
  (func $mean (export "mean") (param $address i32) (param $count i32) (result f64)
    (local $sum i64) (local $left i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (local.set $left (local.get $count))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $left)))
        (local.set $sum (i64.add (local.get $sum) (i64.load32_s (local.get $address))))
        (local.set $address (i32.add (local.get $address) (i32.const 4)))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br $next)))
    (f64.div (f64.convert_i64_s (local.get $sum)) (f64.convert_i32_u (local.get $count))))

  ;; Tells the firmware the mean of each prefix of the samples.
  (func $report_means (export "report_means") (param $address i32) (param $count i32)
    (local $length i32)
    (loop $next
      (local.set $length (i32.add (local.get $length) (i32.const 1)))
      (call $report (local.get $length) (call $mean (local.get $address) (local.get $length)))
      (br_if $next (i32.lt_u (local.get $length) (local.get $count)))))

  (func $step (export "step") (param $which i32) (param $value i64) (result i64)
    (call_indirect (type $step) (local.get $value) (local.get $which)))

  (func $divide (export "divide") (param i64 i64) (result i64 i64)
    (i64.div_s (local.get 0) (local.get 1))
    (i64.rem_s (local.get 0) (local.get 1)))

  (func $scale (export "scale") (param f32 i64 f64 i32) (result f32)
    (f32.mul
      (local.get 0)
      (f32.demote_f64 (f64.add (f64.convert_i64_s (local.get 1)) (f64.mul (local.get 2) (f64.convert_i32_s (local.get 3)))))))

  (func $depth (export "depth") (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 0))
      (else (i32.add (i32.const 1) (call $depth (i32.sub (local.get 0) (i32.const 1))))))))
