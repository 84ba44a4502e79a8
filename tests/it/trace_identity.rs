//! Resources that go through traced interfaces stay what they are: generated functions take them and
//! give them back, owned and lent, anywhere in lists, records, variants, options, tuples and results.
//!
//! The two interfaces share a resource, and each is traced by a part of its own; the host provides
//! both. It counts what is dropped, so that what is lost on the way is missed.

use std::collections::BTreeSet;
use std::fmt::Write;

use wasmtime::component::{Type, Val};

use witkit::compose::Options;

use crate::generate::{bytes_of, compose, guest_of};
use crate::graphs::Random;
use crate::run::Running;

/// The functions of an interface, and the types that they need.
#[derive(Default)]
struct Generated {
    types: String,
    functions: String,
    host: Vec<String>,
    echoes: Vec<String>,
    gathers: Vec<String>,
    count: usize,
}

impl Generated {
    /// A type with the resource in it, or in some of its cases.
    fn ty(&mut self, random: &mut Random, depth: usize, may_lend: bool) -> String {
        if depth == 0 {
            return match may_lend && random.below(2) == 0 {
                true => "borrow<r>".to_string(),
                false => "r".to_string(),
            };
        }
        let inner = self.ty(random, depth - 1, may_lend);
        self.count += 1;
        let name = format!("t{}", self.count);
        match random.below(7) {
            0 => format!("list<{inner}>"),
            1 => format!("option<{inner}>"),
            2 => format!("result<{inner}, string>"),
            3 => {
                let other = self.ty(random, depth - 1, may_lend);
                format!("tuple<u8, {inner}, {other}>")
            }
            4 => {
                let other = self.ty(random, depth - 1, may_lend);
                let _ = writeln!(
                    self.types,
                    "  record {name} {{ a: string, b: {inner}, c: f64, d: {other} }}"
                );
                name
            }
            5 => {
                let _ = writeln!(
                    self.types,
                    "  variant {name} {{ nothing, text(string), held({inner}), wide(u64) }}"
                );
                name
            }
            _ => inner,
        }
    }
}

/// The package, and what of it the host has to know.
fn generated(random: &mut Random) -> (String, Generated) {
    let mut wit =
        "package t:ids;\ninterface base {\n  resource r { get: func() -> u32; }\n".to_string();
    let mut all = Generated::default();
    for interface in ["base", "more"] {
        if interface == "more" {
            wit.push_str("interface more {\n  use base.{r};\n");
        }
        for at in 0..6 {
            let mark = match random.below(3) {
                0 => "async ",
                _ => "",
            };
            let depth = at % 4;
            let ty = all.ty(random, depth, false);
            let name = format!("echo{}", all.echoes.len());
            let _ = writeln!(all.functions, "  {name}: {mark}func(v: {ty}) -> {ty};");
            all.host
                .push(format!("host t:ids/{interface}#{name}() = echo"));
            all.echoes.push(format!("t:ids/{interface}#{name}"));
            let ty = all.ty(random, depth, true);
            let name = format!("gather{}", all.gathers.len());
            let _ = writeln!(all.functions, "  {name}: {mark}func(v: {ty}) -> list<u32>;");
            all.host
                .push(format!("host t:ids/{interface}#{name}() = reps"));
            all.gathers.push(format!("t:ids/{interface}#{name}"));
        }
        wit.push_str(&std::mem::take(&mut all.types));
        wit.push_str(&std::mem::take(&mut all.functions));
        wit.push_str("}\n");
    }
    wit.push_str("world w { import base; import more; }\n");
    all.host.push("host-resource t:ids/base#r".to_string());
    all.host
        .push("host t:ids/base#[method]r.get() = rep".to_string());
    (wit, all)
}

/// A value of that type; `handle` makes what is owned, and what is lent.
fn value(random: &mut Random, ty: &Type, handle: &mut dyn FnMut(bool) -> Val) -> Val {
    match ty {
        Type::Own(_) => handle(true),
        Type::Borrow(_) => handle(false),
        Type::U8 => Val::U8(random.below(256) as u8),
        Type::U64 => Val::U64(random.below(1 << 40) as u64),
        Type::Float64 => Val::Float64(random.below(100) as f64),
        Type::String => Val::String("x".repeat(random.below(40))),
        Type::List(list) => {
            let length = random.below(5);
            Val::List(
                (0..length)
                    .map(|_| value(random, &list.ty(), handle))
                    .collect(),
            )
        }
        Type::Option(option) => Val::Option(match random.below(4) {
            0 => None,
            _ => Some(Box::new(value(random, &option.ty(), handle))),
        }),
        Type::Result(result) => match (random.below(4), result.ok(), result.err()) {
            (1.., Some(ok), _) => Val::Result(Ok(Some(Box::new(value(random, &ok, handle))))),
            (_, _, Some(err)) => Val::Result(Err(Some(Box::new(value(random, &err, handle))))),
            _ => panic!("it has both"),
        },
        Type::Tuple(tuple) => {
            Val::Tuple(tuple.types().map(|ty| value(random, &ty, handle)).collect())
        }
        Type::Record(record) => Val::Record(
            record
                .fields()
                .map(|field| (field.name.to_string(), value(random, &field.ty, handle)))
                .collect(),
        ),
        Type::Variant(variant) => {
            let cases: Vec<_> = variant.cases().collect();
            let case = &cases[random.below(cases.len())];
            let payload = case.ty.as_ref();
            let payload = payload.map(|ty| Box::new(value(random, ty, handle)));
            Val::Variant(case.name.to_string(), payload)
        }
        other => panic!("no values of {other:?}"),
    }
}

#[test]
fn resources_keep_their_identity_and_are_dropped_once() {
    for seed in 0..4 {
        let mut random = Random(seed);
        let (wit, generated) = generated(&mut random);
        let outcome = compose(
            &guest_of(&wit),
            Options {
                trace: vec!["t:ids/*".to_string()],
                trace_to: Some("line".to_string()),
                exports: ["base", "more"]
                    .map(|name| format!("trace-guest-t-ids-{name}"))
                    .to_vec(),
                imports: vec!["t:ids/*".to_string(), "line".to_string()],
                ..Options::default()
            },
        );
        let bytes = bytes_of(&outcome).unwrap_or_else(|e| panic!("{e}\n{wit}"));
        let mut host: Vec<&str> = generated.host.iter().map(String::as_str).collect();
        host.push("host line() =");
        let running = Running::start_within(&bytes, &host, 2 << 20);
        let mut running = running.unwrap_or_else(|e| panic!("{e}\n{wit}"));
        let mut made = 0;
        for round in 0..60 {
            let functions = generated.echoes.iter().chain(&generated.gathers);
            for function in functions {
                let ty = running.params(function).expect(function).remove(0);
                let (mut lent, mut given, mut all) = (Vec::new(), Vec::new(), Vec::new());
                let argument = value(&mut random, &ty, &mut |is_owned| {
                    made += 1;
                    all.push(made);
                    let handle = running.resource(0, made).expect("it is made");
                    match is_owned {
                        true => given.push(made),
                        false => lent.push(handle.clone()),
                    }
                    handle
                });
                let answer = running
                    .apply(function, &[argument])
                    .unwrap_or_else(|e| panic!("{seed} {round} {function}: {e}\n{wit}"))
                    .remove(0);
                let mut found = Vec::new();
                match function.contains("#echo") {
                    true => {
                        let mut handles = Vec::new();
                        crate::run::handles(&answer, &mut handles);
                        for handle in &handles {
                            let get = "t:ids/base#[method]r.get";
                            let rep = running.apply(get, std::slice::from_ref(handle));
                            let Ok([Val::U32(rep)]) = rep.as_deref() else {
                                panic!("{function}: {rep:?}");
                            };
                            found.push(*rep);
                        }
                        handles
                            .into_iter()
                            .for_each(|h| running.drop(h).expect("it is dropped"));
                    }
                    false => {
                        let Val::List(reps) = &answer else {
                            panic!("{answer:?}");
                        };
                        found.extend(reps.iter().map(|rep| match rep {
                            Val::U32(rep) => *rep,
                            other => panic!("{other:?}"),
                        }));
                    }
                }
                assert_eq!(found, all, "{seed} {round} {function}\n{wit}");
                lent.into_iter()
                    .for_each(|h| running.drop(h).expect("it is dropped"));
            }
        }
        // Each was dropped, here or by the host, and none twice.
        let dropped = running.dropped();
        let distinct: BTreeSet<u32> = dropped.iter().copied().collect();
        assert_eq!(dropped.len(), made as usize, "{wit}");
        assert_eq!(distinct, (1..=made).collect(), "{wit}");
    }
}
