//! Random compositions as WAT: one text for each part of a [`Graph`].
//!
//! Lives here: [`Graph::wat`]. Deliberately absent: what the parts are to compute (`graphs.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::graphs::{Giver, Graph, Op, id};

impl Graph {
    /// The WAT of a part.
    pub fn wat(&self, index: usize) -> String {
        let node = &self.nodes[index];
        let mut text = String::from("(component\n");
        let mut core = String::new();
        let mut with = String::new();
        let functions = self.functions(index);
        // Those with resources first: the others speak of them.
        let gives_resource = |giver: &Giver| match giver {
            Giver::Part(part) => self.nodes[*part].resource,
            Giver::Numbers(_) => false,
            Giver::HostResource => true,
        };
        let (first, rest): (Vec<_>, Vec<_>) = functions
            .iter()
            .partition(|(giver, _)| gives_resource(giver));
        for (giver, functions) in first.into_iter().chain(rest) {
            let (me, name) = (label(*giver), self.name(*giver, node.imports[giver]));
            let mut types = String::new();
            let takes = match giver {
                Giver::Part(part) => self.nodes[*part].takes,
                _ => None,
            };
            if gives_resource(giver) {
                types.push_str("(export \"node\" (type $n (sub resource)))");
            } else if let Some(of) = takes
                && (functions.contains("take") || functions.contains("keep"))
            {
                let of = label(of);
                let _ = write!(types, "(export \"node\" (type $n (eq $node-{of})))");
            }
            for function in functions {
                let ty = signature(function, "$n");
                let _ = write!(types, "\n    (export \"{function}\" (func {ty}))");
                let _ = writeln!(
                    core,
                    "  (core func ${function}-{me} (canon lower (func ${me} \"{function}\")))"
                );
                let _ = write!(
                    with,
                    "\n    (export \"{function}-{me}\" (func ${function}-{me}))"
                );
            }
            let _ = writeln!(text, "  (import \"{name}\" (instance ${me} {types}))");
            if gives_resource(giver) {
                let _ = writeln!(text, "  (alias export ${me} \"node\" (type $node-{me}))");
                let _ = writeln!(
                    core,
                    "  (core func $drop-{me} (canon resource.drop $node-{me}))"
                );
                let _ = write!(with, "\n    (export \"drop-{me}\" (func $drop-{me}))");
            }
        }
        for part in node.world_functions() {
            let ty = signature("get", "");
            let _ = writeln!(text, "  (import \"f{part}\" (func $f{part} {ty}))");
            let _ = writeln!(core, "  (core func $f{part} (canon lower (func $f{part})))");
            let _ = write!(with, "\n    (export \"f{part}\" (func $f{part}))");
        }
        if node.resource {
            core.push_str("  (type $own (resource (rep i32)))\n");
            core.push_str("  (core func $new (canon resource.new $own))\n");
            with.push_str("\n    (export \"new\" (func $new))");
        }
        text.push_str(&core);
        text.push_str(&self.core_module(index, &functions));
        let _ = writeln!(
            text,
            "  (core instance $code (instantiate $code (with \"i\" (instance {with}))))"
        );
        text.push_str(&self.exports(index));
        text.push_str(")\n");
        text
    }

    fn core_module(&self, index: usize, functions: &BTreeMap<Giver, BTreeSet<String>>) -> String {
        let node = &self.nodes[index];
        let mut text = String::from("  (core module $code\n");
        let mut import = |name: &str, ty: &str| {
            let _ = writeln!(text, "    (import \"i\" \"{name}\" (func ${name} {ty}))");
        };
        let one = "(param i32) (result i32)";
        for (giver, functions) in functions {
            let me = label(*giver);
            for function in functions {
                let number = function.starts_with("number");
                let ty = if number { "(result i32)" } else { one };
                import(&format!("{function}-{me}"), ty);
            }
            match giver {
                Giver::Part(part) if !self.nodes[*part].resource => {}
                Giver::Numbers(_) => {}
                _ => import(&format!("drop-{me}"), "(param i32)"),
            }
        }
        for part in node.world_functions() {
            import(&format!("f{part}"), one);
        }
        if node.resource {
            import("new", one);
        }
        let id = id(index);
        let _ = writeln!(
            text,
            "    (func $mix (param i32 i32) (result i32)
      (i32.add (i32.mul (local.get 0) (i32.const 31)) (local.get 1)))
    (func (export \"get\") (param $x i32) (result i32) (local $a i32) (local $h i32)
      (local.set $a (call $mix (local.get $x) (i32.const {id})))"
        );
        for op in &node.ops {
            let mut after = String::new();
            let call = match *op {
                Op::Get(part) => format!("(call $get-p{part} (local.get $a))"),
                Op::World(part) => format!("(call $f{part} (local.get $a))"),
                Op::Number { track, which } => {
                    format!("(call $number{which}-{})", label(Giver::Numbers(track)))
                }
                Op::Lend { to, own } => {
                    let of = self.nodes[to].takes.map(label).unwrap_or_default();
                    let _ = writeln!(
                        text,
                        "      (local.set $h (call $make-{of} (local.get $a)))"
                    );
                    if !own {
                        after = format!("      (call $drop-{of} (local.get $h))\n");
                    }
                    let function = if own { "keep" } else { "take" };
                    format!("(call ${function}-p{to} (local.get $h))")
                }
            };
            let _ = writeln!(
                text,
                "      (local.set $a (call $mix (local.get $a) {call}))"
            );
            text.push_str(&after);
        }
        text.push_str("      (local.get $a))\n");
        if let Some(of) = node.takes.map(label) {
            for (function, more) in [("take", 0), ("keep", 1)] {
                let _ = writeln!(
                    text,
                    "    (func (export \"{function}\") (param $n i32) (result i32) (local $v i32)
      (local.set $v (call $value-{of} (local.get $n)))
      (call $drop-{of} (local.get $n))
      (i32.add (call $mix (local.get $v) (i32.const {id})) (i32.const {more})))"
                );
            }
        }
        if node.resource {
            let _ = writeln!(
                text,
                "    (func (export \"make\") (param i32) (result i32) (call $new (local.get 0)))
    (func (export \"value\") (param i32) (result i32) (i32.add (local.get 0) (i32.const {id})))"
            );
        }
        text.push_str("  )\n");
        text
    }

    fn exports(&self, index: usize) -> String {
        let node = &self.nodes[index];
        let mut text = String::new();
        let node_type = match node.takes {
            Some(of) => format!("$node-{}", label(of)),
            None => "$own".to_string(),
        };
        let mut functions = vec!["get"];
        if node.takes.is_some() {
            functions.extend(["take", "keep"]);
        }
        if node.resource {
            functions.extend(["make", "value"]);
        }
        for function in &functions {
            let ty = signature(function, &node_type);
            let _ = writeln!(
                text,
                "  (func ${function} {ty} (canon lift (core func $code \"{function}\")))"
            );
        }
        let list = |text: &mut String| {
            for function in &functions {
                let _ = write!(text, "\n    (export \"{function}\" (func ${function}))");
            }
        };
        if node.resource {
            // An own resource gets its name, for its functions to speak of, by an import.
            text.push_str("  (component $names (import \"node\" (type $n (sub resource)))");
            for function in &functions {
                let ty = signature(function, "$n");
                let _ = write!(
                    text,
                    "\n    (import \"{function}\" (func ${function} {ty}))"
                );
            }
            text.push_str("\n    (export $e \"node\" (type $n))");
            for function in &functions {
                let ty = signature(function, "$e");
                let _ = write!(
                    text,
                    "\n    (export \"{function}\" (func ${function}) (func {ty}))"
                );
            }
            text.push_str(")\n  (instance $api (instantiate $names (with \"node\" (type $own))");
            for function in &functions {
                let _ = write!(text, "\n    (with \"{function}\" (func ${function}))");
            }
            text.push_str("))\n");
        } else {
            text.push_str("  (instance $api");
            if node.takes.is_some() {
                let _ = write!(text, " (export \"node\" (type {node_type}))");
            }
            list(&mut text);
            text.push_str(")\n");
        }
        let name = self.name(Giver::Part(index), node.patch);
        let _ = writeln!(text, "  (export \"{name}\" (instance $api))");
        let _ = writeln!(text, "  (export \"f{index}\" (func $get))");
        text
    }
}

fn label(giver: Giver) -> String {
    match giver {
        Giver::Part(part) => format!("p{part}"),
        Giver::Numbers(track) => format!("numbers{track}"),
        Giver::HostResource => "host".to_string(),
    }
}

/// The type of one of the functions, as WAT; `node` is what the resource is called there.
fn signature(function: &str, node: &str) -> String {
    match function {
        "get" => "(param \"x\" u32) (result u32)".to_string(),
        "make" => format!("(param \"v\" u32) (result (own {node}))"),
        "value" | "take" => format!("(param \"n\" (borrow {node})) (result u32)"),
        "keep" => format!("(param \"n\" (own {node})) (result u32)"),
        _ => "(result u32)".to_string(),
    }
}
