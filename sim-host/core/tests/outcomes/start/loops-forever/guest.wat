;; about: a start function that computes forever is stopped
;; limit-compute: 100ms
(module
  (memory (export "memory") 1)
  (start $start)
  (func $start
    (loop $forever (br $forever)))
  (func $run (export "run") (result i32)
    (i32.const 0)))
