;; about: `run` returns its exit code
(module
  (memory (export "memory") 1)
  (func (export "run")))
