;; A guest that a compiler would have made: the price of an article, times the number of pieces.
(module
  (import "acme:till/prices@0.1.0" "price" (func $price (param i32) (result i64)))
  (func (export "total") (param $article i32) (param $pieces i32) (result i64)
    (i64.mul
      (call $price (local.get $article))
      (i64.extend_i32_u (local.get $pieces)))))
