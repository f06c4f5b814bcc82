;; Traps in a function whose name would clear the screen and forge a line.
(module
  (memory (export "memory") 1)
  (func $"\1b[2J\0aoutcome: exit 0" (export "run") (result i32) (unreachable)))
