;; Every article costs as many cents as its number says, and 99 more.
(module
  (func (export "acme:till/prices@0.1.0#price") (param $article i32) (result i64)
    (i64.add (i64.extend_i32_u (local.get $article)) (i64.const 99))))
