;; Writes and reads the streams of a virtual part, as WASI 0.3 has them.
;;
;; Functions that return streams are not async, and nothing can be written until somebody reads. So
;; they call this component, whose functions are: each returns at once, and its task goes on until the
;; stream is read or dropped, and then resolves the future. It is a component beside the virtual part,
;; not in it, as components do not call those that they are in.
;;
;; What is written lies in memory already, at addresses that the virtual part knows as well.
(component
  (core module $Data (import "m" "memory" (memory @PAGES)))
  (component $Streams
    (import "data" (core module $Data (import "m" "memory" (memory @PAGES))))
    (type $file-cases (variant
      (case "access") (case "already") (case "bad-descriptor") (case "busy") (case "deadlock")
      (case "quota") (case "exist") (case "file-too-large") (case "illegal-byte-sequence")
      (case "in-progress") (case "interrupted") (case "invalid") (case "io") (case "is-directory")
      (case "loop") (case "too-many-links") (case "message-size") (case "name-too-long")
      (case "no-device") (case "no-entry") (case "no-lock") (case "insufficient-memory")
      (case "insufficient-space") (case "not-directory") (case "not-empty")
      (case "not-recoverable") (case "unsupported") (case "no-tty") (case "no-such-device")
      (case "overflow") (case "not-permitted") (case "pipe") (case "read-only")
      (case "invalid-seek") (case "text-file-busy") (case "cross-device")
      (case "other" (option string))))
    (export $file-error "error-code" (type $file-cases))
    (type $kinds (variant
      (case "block-device") (case "character-device") (case "directory") (case "fifo")
      (case "symbolic-link") (case "regular-file") (case "socket")
      (case "other" (option string))))
    (export $kind "descriptor-type" (type $kinds))
    (type $entry-fields (record (field "type" $kind) (field "name" string)))
    (export $entry "directory-entry" (type $entry-fields))
    (type $cli-cases (enum "io" "illegal-byte-sequence" "pipe"))
    (export $cli-error "cli-error-code" (type $cli-cases))

    (type $bytes (stream u8))
    (type $entries (stream $entry))
    (type $file-end (future (result (error $file-error))))
    (type $cli-end (future (result (error $cli-error))))
    (type $file (tuple $bytes $file-end))
    (type $directory (tuple $entries $file-end))
    (type $input (tuple $bytes $cli-end))

    (core module $Memory (memory (export "memory") @PAGES))
    (core instance $m (instantiate $Memory))
    (core instance (instantiate $Data (with "m" (instance $m))))
    (core func $bytes-new (canon stream.new $bytes))
    (core func $bytes-write (canon stream.write $bytes async (memory (core memory $m "memory"))))
    (core func $bytes-read (canon stream.read $bytes async (memory (core memory $m "memory"))))
    (core func $bytes-close (canon stream.drop-writable $bytes))
    (core func $bytes-leave (canon stream.drop-readable $bytes))
    (core func $entries-new (canon stream.new $entries))
    (core func $entries-write
      (canon stream.write $entries async (memory (core memory $m "memory"))))
    (core func $entries-close (canon stream.drop-writable $entries))
    (core func $file-end-new (canon future.new $file-end))
    (core func $file-end-write
      (canon future.write $file-end async (memory (core memory $m "memory"))))
    (core func $file-end-close (canon future.drop-writable $file-end))
    (core func $cli-end-new (canon future.new $cli-end))
    (core func $cli-end-write
      (canon future.write $cli-end async (memory (core memory $m "memory"))))
    (core func $cli-end-close (canon future.drop-writable $cli-end))
    (core func $return-file (canon task.return (result $file)))
    (core func $return-directory (canon task.return (result $directory)))
    (core func $return-input (canon task.return (result $input)))
    (core func $return-file-end (canon task.return (result $file-end)))
    (core func $return-cli-end (canon task.return (result $cli-end)))
    (core func $get (canon context.get i32 0))
    (core func $set (canon context.set i32 0))
    (core func $new-set (canon waitable-set.new))
    (core func $drop-set (canon waitable-set.drop))
    (core func $join (canon waitable.join))
    (core module $Main
      (import "m" "memory" (memory @PAGES))
      (import "" "bytes-new" (func $bytes-new (result i64)))
      (import "" "bytes-write" (func $bytes-write (param i32 i32 i32) (result i32)))
      (import "" "bytes-read" (func $bytes-read (param i32 i32 i32) (result i32)))
      (import "" "bytes-close" (func $bytes-close (param i32)))
      (import "" "bytes-leave" (func $bytes-leave (param i32)))
      (import "" "entries-new" (func $entries-new (result i64)))
      (import "" "entries-write" (func $entries-write (param i32 i32 i32) (result i32)))
      (import "" "entries-close" (func $entries-close (param i32)))
      (import "" "file-end-new" (func $file-end-new (result i64)))
      (import "" "file-end-write" (func $file-end-write (param i32 i32) (result i32)))
      (import "" "file-end-close" (func $file-end-close (param i32)))
      (import "" "cli-end-new" (func $cli-end-new (result i64)))
      (import "" "cli-end-write" (func $cli-end-write (param i32 i32) (result i32)))
      (import "" "cli-end-close" (func $cli-end-close (param i32)))
      (import "" "return-file" (func $return-file (param i32 i32)))
      (import "" "return-directory" (func $return-directory (param i32 i32)))
      (import "" "return-input" (func $return-input (param i32 i32)))
      (import "" "return-file-end" (func $return-file-end (param i32)))
      (import "" "return-cli-end" (func $return-cli-end (param i32)))
      (import "" "get" (func $get (result i32)))
      (import "" "set" (func $set (param i32)))
      (import "" "new-set" (func $new-set (result i32)))
      (import "" "drop-set" (func $drop-set (param i32)))
      (import "" "join" (func $join (param i32 i32)))

      ;; What is read goes here, and nowhere else.
      (global $scratch i32 (i32.const 1024))
      (global $scratch-size i32 (i32.const 65536))
      ;; The most elements that are written at once.
      (global $most i32 (i32.const 0x0fffffff))
      ;; What is left of standard input.
      (global $input-at (mut i32) (i32.const @STDIN))
      (global $input-left (mut i32) (i32.const @STDIN-LENGTH))
      ;; Tasks that are over, linked, and where there is room for more.
      (global $free (mut i32) (i32.const 0))
      (global $top (mut i32) (i32.const @END))

      ;; A task has 64 bytes:
      ;; 0 what it does: 0 writes bytes, 1 writes entries, 2 writes standard input, 3 reads
      ;; 4 its end of the stream; 0 once it is dropped
      ;; 8 its end of the future
      ;; 12 what the future is of: 0 files, 1 standard streams
      ;; 16 what is to be written next, 20 how much is left
      ;; 24 its waitable set
      ;; 28 whether somebody is known to read standard input
      ;; 32 what the future resolves to: whether it is an error, and at 36 which
      (func $task (param $does i32) (param $of i32) (result i32)
        (local $task i32)
        (if (global.get $free)
          (then
            (local.set $task (global.get $free))
            (global.set $free (i32.load (local.get $task))))
          (else
            (local.set $task (global.get $top))
            (global.set $top (i32.add (global.get $top) (i32.const 64)))
            (if (i32.gt_u (global.get $top) (i32.shl (memory.size) (i32.const 16)))
              (then
                (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))))))
        (memory.fill (local.get $task) (i32.const 0) (i32.const 64))
        (i32.store (local.get $task) (local.get $does))
        (i32.store offset=12 (local.get $task) (local.get $of))
        (i32.store offset=24 (local.get $task) (call $new-set))
        (call $set (local.get $task))
        (local.get $task))

      ;; Takes the writable end of a pair, and returns the readable one.
      (func $written (param $task i32) (param $pair i64) (result i32)
        (i32.store offset=4 (local.get $task)
          (i32.wrap_i64 (i64.shr_u (local.get $pair) (i64.const 32))))
        (i32.wrap_i64 (local.get $pair)))
      (func $end (param $task i32) (result i32)
        (local $pair i64)
        (local.set $pair
          (if (result i64) (i32.load offset=12 (local.get $task))
            (then (call $cli-end-new))
            (else (call $file-end-new))))
        (i32.store offset=8 (local.get $task)
          (i32.wrap_i64 (i64.shr_u (local.get $pair) (i64.const 32))))
        (i32.wrap_i64 (local.get $pair)))

      ;; The future resolves to that case of an error, from 1 on; 0 is none.
      (func $fails (param $task i32) (param $code i32)
        (if (local.get $code)
          (then
            (i32.store offset=32 (local.get $task) (i32.const 1))
            (i32.store8 offset=36 (local.get $task)
              (i32.sub (local.get $code) (i32.const 1))))))

      (func (export "bytes") (param $at i32) (param $length i32) (param $code i32) (result i32)
        (local $task i32)
        (local.set $task (call $task (i32.const 0) (i32.const 0)))
        (i32.store offset=16 (local.get $task) (local.get $at))
        (i32.store offset=20 (local.get $task) (local.get $length))
        (call $fails (local.get $task) (local.get $code))
        (call $return-file
          (call $written (local.get $task) (call $bytes-new))
          (call $end (local.get $task)))
        (call $go-on (local.get $task)))
      (func (export "entries") (param $at i32) (param $count i32) (param $code i32) (result i32)
        (local $task i32)
        (local.set $task (call $task (i32.const 1) (i32.const 0)))
        (i32.store offset=16 (local.get $task) (local.get $at))
        (i32.store offset=20 (local.get $task) (local.get $count))
        (call $fails (local.get $task) (local.get $code))
        (call $return-directory
          (call $written (local.get $task) (call $entries-new))
          (call $end (local.get $task)))
        (call $go-on (local.get $task)))
      (func (export "input") (result i32)
        (local $task i32)
        (local.set $task (call $task (i32.const 2) (i32.const 1)))
        (call $return-input
          (call $written (local.get $task) (call $bytes-new))
          (call $end (local.get $task)))
        (call $go-on (local.get $task)))
      (func (export "refuse") (param $data i32) (param $code i32) (result i32)
        (local $task i32)
        (local.set $task (call $task (i32.const 3) (i32.const 0)))
        (call $bytes-leave (local.get $data))
        (call $fails (local.get $task) (local.get $code))
        (call $return-file-end (call $end (local.get $task)))
        (call $go-on (local.get $task)))
      (func (export "discard") (param $data i32) (result i32)
        (local $task i32)
        (local.set $task (call $task (i32.const 3) (i32.const 1)))
        (i32.store offset=4 (local.get $task) (local.get $data))
        (call $return-cli-end (call $end (local.get $task)))
        (call $go-on (local.get $task)))

      ;; For those who do not read streams: bytes of files, and the next of standard input.
      (func $list (param $at i32) (param $length i32) (result i32)
        (i32.store (i32.const 16) (local.get $at))
        (i32.store (i32.const 20) (local.get $length))
        (i32.const 16))
      (func (export "copy") (param $at i32) (param $length i32) (result i32)
        (call $list (local.get $at) (local.get $length)))
      (func (export "take") (param $most i32) (result i32)
        (local $at i32)
        (if (i32.gt_u (local.get $most) (global.get $input-left))
          (then (local.set $most (global.get $input-left))))
        (local.set $at (global.get $input-at))
        (global.set $input-at (i32.add (local.get $at) (local.get $most)))
        (global.set $input-left (i32.sub (global.get $input-left) (local.get $most)))
        (call $list (local.get $at) (local.get $most)))

      ;; Goes on until there is something to wait for.
      (func $go-on (param $task i32) (result i32)
        (local $copied i32)
        (loop $more
          (if (i32.load offset=4 (local.get $task))
            (then
              (local.set $copied (call $copy (local.get $task)))
              (if (i32.eq (local.get $copied) (i32.const -1))
                (then
                  (return (call $wait (local.get $task)
                    (i32.load offset=4 (local.get $task))))))
              (call $copied (local.get $task) (local.get $copied))
              (br $more))))
        (if (i32.eq (i32.const -1)
              (if (result i32) (i32.load offset=12 (local.get $task))
                (then (call $cli-end-write (i32.load offset=8 (local.get $task))
                  (i32.add (local.get $task) (i32.const 32))))
                (else (call $file-end-write (i32.load offset=8 (local.get $task))
                  (i32.add (local.get $task) (i32.const 32))))))
          (then
            (return (call $wait (local.get $task) (i32.load offset=8 (local.get $task))))))
        (call $over (local.get $task)))

      (func $wait (param $task i32) (param $waitable i32) (result i32)
        (local $set i32)
        (local.set $set (i32.load offset=24 (local.get $task)))
        (call $join (local.get $waitable) (local.get $set))
        (i32.or (i32.const 2) (i32.shl (local.get $set) (i32.const 4))))

      ;; Writes or reads once; nothing is left to be written at the end, which counts as if nobody
      ;; read any more.
      (func $copy (param $task i32) (result i32)
        (local $does i32)
        (local $length i32)
        (local.set $does (i32.load (local.get $task)))
        (if (i32.eq (local.get $does) (i32.const 3))
          (then
            (return (call $bytes-read (i32.load offset=4 (local.get $task))
              (global.get $scratch) (global.get $scratch-size)))))
        (if (i32.eq (local.get $does) (i32.const 2))
          (then
            (i32.store offset=16 (local.get $task) (global.get $input-at))
            (i32.store offset=20 (local.get $task) (global.get $input-left))))
        (local.set $length (i32.load offset=20 (local.get $task)))
        (if (i32.eqz (local.get $length)) (then (return (i32.const 1))))
        (if (i32.gt_u (local.get $length) (global.get $most))
          (then (local.set $length (global.get $most))))
        ;; Standard input is shared: who reads next gets what is next, so a write of nothing finds out
        ;; that there is somebody who does.
        (if (i32.eq (local.get $does) (i32.const 2))
          (then
            (if (i32.eqz (i32.load offset=28 (local.get $task)))
              (then (local.set $length (i32.const 0))))))
        (if (i32.eq (local.get $does) (i32.const 1))
          (then
            (return (call $entries-write (i32.load offset=4 (local.get $task))
              (i32.load offset=16 (local.get $task)) (local.get $length)))))
        (call $bytes-write (i32.load offset=4 (local.get $task))
          (i32.load offset=16 (local.get $task)) (local.get $length)))

      ;; How many there were, and in the lower half byte whether there can be more.
      (func $copied (param $task i32) (param $copied i32)
        (local $count i32)
        (local $does i32)
        (local.set $count (i32.shr_u (local.get $copied) (i32.const 4)))
        (local.set $does (i32.load (local.get $task)))
        (if (i32.lt_u (local.get $does) (i32.const 2))
          (then
            (i32.store offset=16 (local.get $task)
              (i32.add (i32.load offset=16 (local.get $task))
                (i32.mul (local.get $count)
                  (select (i32.const 24) (i32.const 1) (local.get $does)))))
            (i32.store offset=20 (local.get $task)
              (i32.sub (i32.load offset=20 (local.get $task)) (local.get $count)))))
        (if (i32.eq (local.get $does) (i32.const 2))
          (then
            (global.set $input-at (i32.add (global.get $input-at) (local.get $count)))
            (global.set $input-left (i32.sub (global.get $input-left) (local.get $count)))
            (i32.store offset=28 (local.get $task)
              (i32.eqz (i32.load offset=28 (local.get $task))))))
        (if (i32.eq (i32.and (local.get $copied) (i32.const 15)) (i32.const 1))
          (then
            (if (i32.eq (local.get $does) (i32.const 3))
              (then (call $bytes-leave (i32.load offset=4 (local.get $task))))
              (else
                (if (i32.eq (local.get $does) (i32.const 1))
                  (then (call $entries-close (i32.load offset=4 (local.get $task))))
                  (else (call $bytes-close (i32.load offset=4 (local.get $task)))))))
            (i32.store offset=4 (local.get $task) (i32.const 0)))))

      (func $over (param $task i32) (result i32)
        (if (i32.load offset=12 (local.get $task))
          (then (call $cli-end-close (i32.load offset=8 (local.get $task))))
          (else (call $file-end-close (i32.load offset=8 (local.get $task)))))
        (call $drop-set (i32.load offset=24 (local.get $task)))
        (i32.store (local.get $task) (global.get $free))
        (global.set $free (local.get $task))
        (i32.const 0))

      (func (export "callback")
        (param $event i32) (param $waitable i32) (param $copied i32) (result i32)
        (local $task i32)
        (local.set $task (call $get))
        (call $join (local.get $waitable) (i32.const 0))
        ;; That the future was written.
        (if (i32.eq (local.get $event) (i32.const 5))
          (then (return (call $over (local.get $task)))))
        (call $copied (local.get $task) (local.get $copied))
        (call $go-on (local.get $task))))
    (core instance $main (instantiate $Main
      (with "m" (instance $m))
      (with "" (instance
        (export "bytes-new" (func $bytes-new))
        (export "bytes-write" (func $bytes-write))
        (export "bytes-read" (func $bytes-read))
        (export "bytes-close" (func $bytes-close))
        (export "bytes-leave" (func $bytes-leave))
        (export "entries-new" (func $entries-new))
        (export "entries-write" (func $entries-write))
        (export "entries-close" (func $entries-close))
        (export "file-end-new" (func $file-end-new))
        (export "file-end-write" (func $file-end-write))
        (export "file-end-close" (func $file-end-close))
        (export "cli-end-new" (func $cli-end-new))
        (export "cli-end-write" (func $cli-end-write))
        (export "cli-end-close" (func $cli-end-close))
        (export "return-file" (func $return-file))
        (export "return-directory" (func $return-directory))
        (export "return-input" (func $return-input))
        (export "return-file-end" (func $return-file-end))
        (export "return-cli-end" (func $return-cli-end))
        (export "get" (func $get))
        (export "set" (func $set))
        (export "new-set" (func $new-set))
        (export "drop-set" (func $drop-set))
        (export "join" (func $join))))))
    (func (export "bytes") async
      (param "at" u32) (param "length" u32) (param "code" u32) (result $file)
      (canon lift (core func $main "bytes") async (callback (core func $main "callback"))))
    (func (export "entries") async
      (param "at" u32) (param "length" u32) (param "code" u32) (result $directory)
      (canon lift (core func $main "entries") async (callback (core func $main "callback"))))
    (func (export "input") async (result $input)
      (canon lift (core func $main "input") async (callback (core func $main "callback"))))
    (func (export "refuse") async (param "data" $bytes) (param "code" u32) (result $file-end)
      (canon lift (core func $main "refuse") async (callback (core func $main "callback"))))
    (func (export "copy") (param "at" u32) (param "length" u32) (result (list u8))
      (canon lift (core func $main "copy") (memory (core memory $m "memory"))))
    (func (export "take") (param "most" u32) (result (list u8))
      (canon lift (core func $main "take") (memory (core memory $m "memory"))))
    (func (export "discard") async (param "data" $bytes) (result $cli-end)
      (canon lift (core func $main "discard") async (callback (core func $main "callback")))))
  (instance $streams (instantiate $Streams (with "data" (core module $Data))))
  (export "witkit:virtual/streams" (instance $streams)))
