//! Graphs to see by what drawings are like.
//!
//! May import: the model. Deliberately absent: what must be true of drawings (`tests`).

use crate::graph::model::{Edge, EdgeKind, Graph, Node, NodeKind, Port};

pub(in crate::graph) fn edge(from: &str, to: &str, interface: &str, kind: EdgeKind) -> Edge {
    Edge {
        from: from.to_string(),
        to: to.to_string(),
        kind,
        interface: interface.to_string(),
        provided_as: None,
        sort: "interface",
        functions: Some(3),
        wit: Some(format!(
            "package acme:kv@0.2.0;\n\n/// What is `{interface}`.\ninterface store {{\n  use types.{{error}};\n  /// The value of a key.\n  get: func(key: string) -> result<option<list<u8>>, error>;\n}}\n"
        )),
    }
}

pub(in crate::graph) fn wire(from: &str, to: &str, interface: &str) -> Edge {
    edge(from, to, interface, EdgeKind::Wire)
}

/// Gives every node the ports that its edges tell of.
fn with_ports(mut graph: Graph) -> Graph {
    for edge in &graph.edges {
        let port = Port {
            name: edge.interface.clone(),
            sort: edge.sort,
        };
        for node in &mut graph.nodes {
            if node.id == edge.from && !node.imports.contains(&port) {
                node.imports.push(port.clone());
            }
            if node.id == edge.to && !node.exports.contains(&port) {
                node.exports.push(port.clone());
            }
        }
    }
    graph
}

/// Numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }
}

const WASI: [&str; 8] = [
    "wasi:io/streams@0.2.6",
    "wasi:io/poll@0.2.6",
    "wasi:io/error@0.2.6",
    "wasi:clocks/wall-clock@0.2.6",
    "wasi:cli/environment@0.2.6",
    "wasi:cli/stderr@0.2.6",
    "wasi:random/random@0.2.6",
    "wasi:filesystem/types@0.2.6",
];

fn to_host(graph: &mut Graph, from: &str, count: usize) {
    for name in &WASI[..count] {
        graph.edges.push(wire(from, "host", name));
    }
}

fn frame(title: &str) -> Graph {
    Graph {
        title: title.to_string(),
        nodes: vec![Node::new("caller", NodeKind::Caller)],
        edges: Vec::new(),
    }
}

pub(in crate::graph) fn three() -> Graph {
    let mut graph = frame("shop.wasm");
    for (name, size) in [("app", 18_355_492), ("cache", 231_000), ("store", 95_400)] {
        let mut node = Node::new(name, NodeKind::Instance);
        node.of = Some(format!("{name}.wasm"));
        node.size = Some(size);
        node.wit = Some(format!(
            "world {name} {{\n  import wasi:io/streams@0.2.6;\n}}\n"
        ));
        graph.nodes.push(node);
    }
    graph.nodes.push(Node::new("host", NodeKind::Host));
    graph.edges.push(edge(
        "caller",
        "app",
        "wasi:http/incoming-handler@0.2.6",
        EdgeKind::Export,
    ));
    graph
        .edges
        .push(wire("app", "cache", "acme:kv/store@0.2.0"));
    graph
        .edges
        .push(wire("cache", "store", "acme:kv/store@0.2.1"));
    to_host(&mut graph, "app", 8);
    to_host(&mut graph, "cache", 2);
    to_host(&mut graph, "store", 1);
    graph
        .edges
        .push(edge("app", "host", "acme:mail/send@1.0.0", EdgeKind::Open));
    with_ports(graph)
}

pub(in crate::graph) fn twelve() -> Graph {
    let mut graph = frame("gateway: twelve parts with middleware");
    let names = [
        "logging",
        "auth",
        "rate-limit",
        "router",
        "orders",
        "billing",
        "catalog",
        "search",
        "sessions",
        "kv-cache",
        "kv-store",
        "metrics",
    ];
    for (at, name) in names.iter().enumerate() {
        let mut node = Node::new(name, NodeKind::Instance);
        node.of = Some(format!("{name}.wasm"));
        node.size = Some(40_000 + 77_777 * at as u64);
        graph.nodes.push(node);
    }
    graph.nodes.push(Node::new("host", NodeKind::Host));
    let handler = "wasi:http/handler@0.2.6";
    graph
        .edges
        .push(edge("caller", "logging", handler, EdgeKind::Export));
    for pair in names[..4].windows(2) {
        graph.edges.push(wire(pair[0], pair[1], handler));
    }
    for (from, to, name) in [
        ("router", "orders", "acme:shop/orders@1.0.0"),
        ("router", "catalog", "acme:shop/catalog@1.0.0"),
        ("router", "search", "acme:shop/search@1.2.0"),
        ("orders", "billing", "acme:shop/billing@1.0.0"),
        ("orders", "kv-cache", "acme:kv/store@0.2.0"),
        ("billing", "kv-cache", "acme:kv/store@0.2.0"),
        ("search", "catalog", "acme:shop/catalog@1.0.0"),
        ("search", "catalog", "acme:shop/types@1.0.0"),
        ("catalog", "kv-cache", "acme:kv/store@0.2.0"),
        ("auth", "sessions", "acme:auth/sessions@0.1.0"),
        ("sessions", "kv-cache", "acme:kv/store@0.2.0"),
        ("kv-cache", "kv-store", "acme:kv/store@0.2.0"),
        ("logging", "metrics", "acme:metrics/counters@0.3.0"),
        ("rate-limit", "metrics", "acme:metrics/counters@0.3.0"),
        ("billing", "metrics", "acme:metrics/counters@0.3.0"),
    ] {
        graph.edges.push(wire(from, to, name));
    }
    for (name, count) in [
        ("logging", 4),
        ("router", 1),
        ("kv-store", 8),
        ("metrics", 2),
        ("billing", 6),
    ] {
        to_host(&mut graph, name, count);
    }
    graph.edges.push(edge(
        "billing",
        "host",
        "acme:bank/transfer@2.0.0",
        EdgeKind::Open,
    ));
    with_ports(graph)
}

pub(in crate::graph) fn random(parts: usize, fan: usize, layers: usize) -> Graph {
    let mut graph = frame(&format!("{parts} parts"));
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let name = |at: usize| format!("part-{at:02}");
    for at in 0..parts {
        let mut node = Node::new(&name(at), NodeKind::Instance);
        node.size = Some(1000 + dice.roll(9_000_000) as u64);
        graph.nodes.push(node);
    }
    graph.nodes.push(Node::new("host", NodeKind::Host));
    graph.edges.push(edge(
        "caller",
        &name(0),
        "wasi:http/incoming-handler@0.2.6",
        EdgeKind::Export,
    ));
    let layer = |at: usize| at * layers / parts;
    for at in 1..parts {
        // Everything is used by something above, mostly right above.
        for step in 0..=dice.roll(fan) {
            let from = loop {
                let from = dice.roll(at);
                let near = layer(at) - layer(from) == 1 || (step > 0 && dice.roll(6) == 0);
                if (near && layer(from) < layer(at)) || layer(at) == 0 {
                    break from;
                }
            };
            let interface = format!("acme:service-{}/api@0.{}.0", at, dice.roll(3));
            graph.edges.push(wire(&name(from), &name(at), &interface));
        }
        if dice.roll(2) == 0 {
            let count = 1 + dice.roll(8);
            to_host(&mut graph, &name(at), count);
        }
    }
    with_ports(graph)
}

pub(in crate::graph) fn nested() -> Graph {
    let mut graph = frame("suite.wasm: a nested composition");
    let part = |id: &str, within: Option<&str>| {
        let mut part = Node::new(id, NodeKind::Instance);
        part.within = within.map(str::to_string);
        part.size = Some(120_000);
        part
    };
    for (id, within) in [
        ("front", None),
        ("backend", None),
        ("api", Some("backend")),
        ("storage", Some("backend")),
        ("cache", Some("storage")),
        ("disk", Some("storage")),
        ("worker", Some("backend")),
        ("logger", None),
    ] {
        graph.nodes.push(part(id, within));
    }
    graph.nodes.push(Node::new("host", NodeKind::Host));
    graph.edges.push(edge(
        "caller",
        "front",
        "wasi:cli/run@0.2.6",
        EdgeKind::Export,
    ));
    for (from, to, name) in [
        ("front", "backend", "acme:suite/api@1.0.0"),
        ("backend", "api", "acme:suite/api@1.0.0"),
        ("api", "storage", "acme:kv/store@0.2.0"),
        ("storage", "cache", "acme:kv/store@0.2.0"),
        ("cache", "disk", "acme:kv/store@0.2.0"),
        ("api", "worker", "acme:suite/jobs@1.0.0"),
        ("worker", "logger", "acme:log/log@0.1.0"),
        ("front", "logger", "acme:log/log@0.1.0"),
        ("disk", "logger", "acme:log/log@0.1.0"),
    ] {
        graph.edges.push(wire(from, to, name));
    }
    for (name, count) in [("disk", 5), ("worker", 2), ("logger", 3), ("front", 1)] {
        to_host(&mut graph, name, count);
    }
    with_ports(graph)
}

pub(in crate::graph) fn package() -> Graph {
    let mut graph = Graph {
        title: "acme:platform@1.0.0".to_string(),
        ..Graph::default()
    };
    let mut dice = Dice(77);
    let name = |at: usize| {
        format!(
            "acme:platform/{}-{at}@1.0.0",
            ["types", "files", "sockets", "http", "keyvalue"][at % 5]
        )
    };
    for world in ["acme:platform/service@1.0.0", "acme:platform/command@1.0.0"] {
        graph.nodes.push(Node::new(world, NodeKind::World));
    }
    for at in 0..30 {
        graph.nodes.push(Node::new(&name(at), NodeKind::Interface));
        if at > 0 && dice.roll(3) > 0 {
            let to = name(dice.roll(at.min(6)));
            graph.edges.push(edge(&name(at), &to, &to, EdgeKind::Use));
        }
    }
    for at in 0..18 {
        graph.edges.push(edge(
            "acme:platform/service@1.0.0",
            &name(at),
            &name(at),
            EdgeKind::Import,
        ));
    }
    for at in 14..22 {
        graph.edges.push(edge(
            "acme:platform/command@1.0.0",
            &name(at),
            &name(at),
            EdgeKind::Import,
        ));
    }
    graph
}

pub(in crate::graph) fn hostile() -> Graph {
    let mut graph = frame("</title><script>alert(1)</script>\u{202e}gpj");
    let names = [
        "<img src=x onerror=alert(1)>",
        "</script><script>document.title='owned'</script>",
        "\u{202e}evil\u{200b}\x1b[31mred\0",
        "'\"&amp;]]><!--",
        "@@data@@ {{x}} ${y}",
        "漢字の名前がとても長い部品の名前です、とても長い",
        "a-very-long-name-that-does-not-fit-into-any-box-at-all@12.34.56-rc.78",
        "emoji 🦀🦀 \u{ffff}\u{fffe}",
    ];
    for (at, name) in names.iter().enumerate() {
        let mut node = Node::new(&format!("n{at}"), NodeKind::Instance);
        node.name = name.to_string();
        node.of = Some(format!("{name}.wasm"));
        graph.nodes.push(node);
        let from = if at == 0 {
            "caller".to_string()
        } else {
            format!("n{}", (at - 1) / 2)
        };
        graph.edges.push(wire(&from, &format!("n{at}"), name));
    }
    graph.edges.push(wire("n7", "n7", "self"));
    graph.edges.push(wire("n7", "n0", "back"));
    graph.edges.push(wire("n7", "missing", "x"));
    with_ports(graph)
}
