;; A contract that answers just what it is told to, and keeps what it was given.
;;
;; Told something that begins with    it
;;   {"ok"    {"error"                answers just that
;;   {"0":…}  to  {"9":…}             stores what follows under that digit
;;   {"d":"0"}                        removes what it stores under that digit
;;   {"next"                          walks over all that it stores
;;   {"loop"  {"x"  {"panic"          never ends; breaks; panics with these words
;;   anything else                    asks the chain just that, and stores the answer under A
;; and, where it says nothing else itself, answers that all went well.
;;
;; It stores the last surroundings that it saw under E, who called under I, and a reply under R. It replies what it stores
;; under the first digit of the reply's id, which comes 19 bytes behind its beginning. Asked something, it answers just what it was asked, or asks the chain in turn.
(module
  (import "env" "db_read" (func $read (param i32) (result i32)))
  (import "env" "db_write" (func $write (param i32 i32)))
  (import "env" "db_remove" (func $remove (param i32)))
  (import "env" "db_scan" (func $scan (param i32 i32 i32) (result i32)))
  (import "env" "db_next" (func $next (param i32) (result i32)))
  (import "env" "query_chain" (func $ask (param i32) (result i32)))
  (import "env" "abort" (func $abort (param i32)))
  (memory (export "memory") 2)
  (global $free (mut i32) (i32.const 4096))

  ;; Regions: where, how large, how much of it is used.
  (data (i32.const 16) "\40\00\00\00\3e\00\00\00\3e\00\00\00")
  (data (i32.const 64) "{\22ok\22:{\22messages\22:[],\22attributes\22:[],\22events\22:[],\22data\22:null}}")
  (data (i32.const 136) "\98\00\00\00\1a\00\00\00\1a\00\00\00")
  (data (i32.const 152) "{\22error\22:\22nobody answers\22}")
  ;; One byte at 48, which the key of what is stored is written into.
  (data (i32.const 32) "\30\00\00\00\01\00\00\00\01\00\00\00")

  (func (export "interface_version_8"))
  (func (export "deallocate") (param i32))
  (func $allocate (export "allocate") (param $size i32) (result i32)
    (local $region i32)
    (local.set $region (global.get $free))
    (global.set $free
      (i32.and (i32.add (i32.add (local.get $region) (local.get $size)) (i32.const 19)) (i32.const -8)))
    (block $fits
      (br_if $fits (i32.le_u (global.get $free) (i32.shl (memory.size) (i32.const 16))))
      (drop (memory.grow (i32.add (i32.shr_u (local.get $size) (i32.const 16)) (i32.const 1)))))
    (call $region (local.get $region) (i32.add (local.get $region) (i32.const 12)) (local.get $size))
    (i32.store offset=8 (local.get $region) (i32.const 0))
    (local.get $region))

  (func $region (param $at i32) (param $offset i32) (param $length i32)
    (i32.store (local.get $at) (local.get $offset))
    (i32.store offset=4 (local.get $at) (local.get $length))
    (i32.store offset=8 (local.get $at) (local.get $length)))

  ;; A byte of what a region holds.
  (func $byte (param $region i32) (param $nth i32) (result i32)
    (i32.load8_u (i32.add (i32.load (local.get $region)) (local.get $nth))))

  ;; Part of what a region holds: without the first and the last bytes.
  (func $part (param $region i32) (param $first i32) (param $last i32) (result i32)
    (local $part i32)
    (local.set $part (call $allocate (i32.const 0)))
    (call $region (local.get $part)
      (i32.add (i32.load (local.get $region)) (local.get $first))
      (i32.sub (i32.load offset=8 (local.get $region)) (i32.add (local.get $first) (local.get $last))))
    (local.get $part))

  ;; The region of a key of one byte.
  (func $key (param $byte i32) (result i32)
    (i32.store8 (i32.const 48) (local.get $byte))
    (i32.const 32))

  (func $digit (param $byte i32) (result i32)
    (i32.lt_u (i32.sub (local.get $byte) (i32.const 48)) (i32.const 10)))

  (func $walk
    (local $iterator i32)
    (local.set $iterator (call $scan (i32.const 0) (i32.const 0) (i32.const 1)))
    (loop $on
      (br_if $on (i32.gt_u (i32.load offset=8 (call $next (local.get $iterator))) (i32.const 8)))))

  (func $loop (loop $on (br $on)))

  (func $obey (param $said i32) (result i32)
    (local $first i32)
    (local.set $first (call $byte (local.get $said) (i32.const 2)))
    (if (i32.or (i32.eq (local.get $first) (i32.const 111)) (i32.eq (local.get $first) (i32.const 101)))
      (then (return (local.get $said))))
    (if (call $digit (local.get $first)) (then
      (call $write (call $key (local.get $first)) (call $part (local.get $said) (i32.const 5) (i32.const 1)))
      (return (i32.const 16))))
    (if (i32.eq (local.get $first) (i32.const 100)) (then
      (call $remove (call $key (call $byte (local.get $said) (i32.const 6))))
      (return (i32.const 16))))
    (if (i32.eq (local.get $first) (i32.const 110)) (then (call $walk) (return (i32.const 16))))
    (if (i32.eq (local.get $first) (i32.const 108)) (then (call $loop)))
    (if (i32.eq (local.get $first) (i32.const 120)) (then unreachable))
    (if (i32.eq (local.get $first) (i32.const 112)) (then (call $abort (local.get $said))))
    (call $write (call $key (i32.const 65)) (call $ask (local.get $said)))
    (i32.const 16))

  (func $told (param $env i32) (param $info i32) (param $said i32) (result i32)
    (call $write (call $key (i32.const 69)) (local.get $env))
    (call $write (call $key (i32.const 73)) (local.get $info))
    (call $obey (local.get $said)))

  (func (export "instantiate") (param i32 i32 i32) (result i32)
    (call $told (local.get 0) (local.get 1) (local.get 2)))
  (func (export "execute") (param i32 i32 i32) (result i32)
    (call $told (local.get 0) (local.get 1) (local.get 2)))
  (func (export "migrate") (param i32 i32) (result i32)
    (call $obey (local.get 1)))

  (func (export "reply") (param $env i32) (param $reply i32) (result i32)
    (local $answer i32)
    (call $write (call $key (i32.const 82)) (local.get $reply))
    (local.set $answer (call $read (call $key (call $byte (local.get $reply) (i32.const 19)))))
    (select (local.get $answer) (i32.const 16) (local.get $answer)))

  (func (export "query") (param $env i32) (param $asked i32) (result i32)
    (local $first i32)
    (local $answer i32)
    (local.set $first (call $byte (local.get $asked) (i32.const 2)))
    (if (i32.or (i32.eq (local.get $first) (i32.const 111)) (i32.eq (local.get $first) (i32.const 101)))
      (then (return (local.get $asked))))
    (if (i32.eq (local.get $first) (i32.const 108)) (then (call $loop)))
    (if (i32.eq (local.get $first) (i32.const 120)) (then unreachable))
    (local.set $answer (call $ask (local.get $asked)))
    ;; The chain answers {"ok":{"ok":…}}, of which the inner one is an answer too.
    (if (i32.eq (call $byte (local.get $answer) (i32.const 2)) (i32.const 111))
      (then (return (call $part (local.get $answer) (i32.const 6) (i32.const 1)))))
    (i32.const 136)))
