//! What the page of `graph -f html` does when people click and type, in a real browser.
//!
//! The page gets one more script at its end, which does what people do and writes down what is to
//! be seen then. Where there is no Chromium, this is skipped and said so.
//!
//! Deliberately absent: where graphs come from (`graph.rs`), and what a drawing must be like
//! (`src/graph/layout/tests.rs`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use witkit::graph::{Edge, EdgeKind, Graph, Node, NodeKind, Port};

/// What all scripts begin with.
const HANDS: &str = r#"
const told = {};
const panel = document.getElementById('panel');
const search = document.getElementById('search');
const seen = () => panel.innerText.replace(/\s+/g, ' ').trim();
const node = (at) => document.querySelector('g.node[data-node="' + at + '"]');
const link = (at) => document.querySelector('g.edge[data-link="' + at + '"]');
function press(target, key) {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}
// As a mouse does it: whatever is in front there is what is clicked.
function click(element) {
  const box = element.getBoundingClientRect();
  const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
  const hit = document.elementFromPoint(at.clientX, at.clientY);
  for (const type of ['pointerdown', 'pointerup']) {
    hit.dispatchEvent(new PointerEvent(type, { bubbles: true, button: 0, pointerType: 'mouse', ...at }));
  }
  hit.dispatchEvent(new MouseEvent('click', { bubbles: true, button: 0, ...at }));
}
function type(text) {
  search.value = text;
  search.dispatchEvent(new Event('input', { bubbles: true }));
}
const button = (text) => [...panel.querySelectorAll('button')].find((b) => b.textContent.includes(text));
"#;

/// The Chromium of this machine.
pub fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let found = named.filter(|path| path.is_file()).or_else(|| {
        let names = ["chromium", "chromium-browser", "google-chrome"];
        let mut candidates =
            std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
        candidates.find(|path| path.is_file())
    });
    if found.is_none() {
        println!("skipped: no Chromium");
    }
    found
}

/// Shows the page in a window of this size, runs the script in it, and returns what it told.
fn shown(chromium: &Path, html: &str, script: &str, size: (u32, u32)) -> Value {
    let script = format!(
        "<script>{{ {HANDS} setTimeout(() => {{ try {{ {script} }} catch (e) {{ told.error = String(e); }} \
         const out = document.createElement('pre'); out.id = 'told'; \
         out.textContent = 'TOLD' + JSON.stringify(told) + 'DLOT'; \
         document.body.appendChild(out); }}, 300); }}</script>\n</body>"
    );
    let (before, after) = html.rsplit_once("</body>").expect("the page has a body");
    told(chromium, &format!("{before}{script}{after}"), size)
}

/// Shows the page, and returns the JSON that it writes between `TOLD` and `DLOT` in a `<pre>`.
pub fn told(chromium: &Path, html: &str, size: (u32, u32)) -> Value {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = folder.path().join("page.html");
    fs::write(&page, html).expect("the page is written");
    let output = Command::new(chromium)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
        ])
        .args([
            "--disable-dev-shm-usage",
            "--virtual-time-budget=4000",
            "--dump-dom",
        ])
        .arg(format!(
            "--user-data-dir={}",
            folder.path().join("profile").display()
        ))
        .arg(format!("--window-size={},{}", size.0, size.1))
        .arg(format!("file://{}", page.display()))
        .stdin(Stdio::null())
        .output()
        .expect("Chromium starts");
    let dom = String::from_utf8_lossy(&output.stdout);
    // The script has both marks in its text as well, but not around anything.
    let told = dom
        .rsplit_once("DLOT</pre>")
        .and_then(|(text, _)| text.rsplit_once("TOLD{"))
        .unwrap_or_else(|| {
            panic!(
                "nothing was told:\n{}\n{dom}",
                String::from_utf8_lossy(&output.stderr)
            )
        });
    let json = format!("{{{}", told.1)
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
    let told: Value = serde_json::from_str(&json).unwrap_or_else(|e| panic!("{e}: {json}"));
    assert_eq!(told.get("error"), None, "{told:#}");
    told
}

fn node(id: &str, kind: NodeKind) -> Node {
    Node {
        id: id.to_string(),
        name: id.to_string(),
        kind,
        within: None,
        of: Some(format!("{id}.wasm")),
        size: Some(18_355_492),
        imports: Vec::new(),
        exports: Vec::new(),
        wit: None,
    }
}

fn wire(from: &str, to: &str, interface: &str, wit: &str) -> Edge {
    Edge {
        from: from.to_string(),
        to: to.to_string(),
        kind: EdgeKind::Wire,
        interface: interface.to_string(),
        provided_as: None,
        sort: "interface",
        functions: Some(2),
        wit: Some(wit.to_string()),
    }
}

/// `caller`, `app`, `cache` and `host`; links 0: caller → app, 1: app → cache, 2: cache → host.
fn shop() -> Graph {
    let mut graph = Graph {
        title: "shop.wasm".to_string(),
        nodes: vec![
            node("caller", NodeKind::Caller),
            node("app", NodeKind::Instance),
            node("cache", NodeKind::Instance),
            node("host", NodeKind::Host),
        ],
        edges: vec![
            wire(
                "caller",
                "app",
                "wasi:cli/run@0.2.6",
                "interface run {\n  run: func() -> result;\n}",
            ),
            wire(
                "app",
                "cache",
                "acme:kv/store@0.2.0",
                "interface store {\n  get: func(key: string) -> string;\n}",
            ),
            wire(
                "cache",
                "host",
                "wasi:io/streams@0.2.6",
                "interface streams {}",
            ),
            wire(
                "cache",
                "host",
                "wasi:io/poll@0.2.6",
                "interface poll {\n  poll: func();\n}",
            ),
        ],
    };
    let port = |name: &str| Port {
        name: name.to_string(),
        sort: "interface",
    };
    graph.nodes[1].imports.push(port("acme:kv/store@0.2.0"));
    graph.nodes[1].exports.push(port("wasi:cli/run@0.2.6"));
    graph
}

#[test]
fn a_click_on_an_edge_or_a_node_shows_what_it_is() {
    let Some(chromium) = chromium() else {
        return;
    };
    let html = witkit::graph::html(&shop());
    for size in [(1280, 800), (390, 844)] {
        let told = shown(
            &chromium,
            &html,
            "
            told.atFirst = seen();
            const stage = document.getElementById('stage').getBoundingClientRect();
            const side = panel.getBoundingClientRect();
            told.width = window.innerWidth;
            told.below = side.top >= stage.bottom - 1;
            told.beside = side.left >= stage.right - 1;
            click(link(1).querySelector('.label text'));
            told.edge = seen();
            told.pre = panel.querySelector('pre').textContent;
            told.picked = link(1).classList.contains('picked');
            click(link(2).querySelector('.label text'));
            told.several = seen();
            button('wasi:io/poll').click();
            told.chosen = panel.querySelector('h2').textContent;
            click(node(1).querySelector('text'));
            told.node = seen();
            button('acme:kv/store').click();
            told.fromPort = panel.querySelector('h2').textContent;
            button('cache').click();
            told.fromEdge = panel.querySelector('h2').textContent;
            ",
            size,
        );
        let text = |key: &str| told[key].as_str().unwrap_or_default().to_string();
        assert!(text("atFirst").contains("4 nodes, 4 edges"), "{told:#}");
        let narrow = told["width"].as_u64() < Some(760);
        assert_eq!(narrow, size.0 < 760, "{told:#}");
        assert_eq!(told["below"], narrow, "{told:#}");
        assert_eq!(told["beside"], !narrow, "{told:#}");
        for part in ["acme:kv/store@0.2.0", "from app", "to cache", "functions 2"] {
            assert!(text("edge").contains(part), "{part}: {told:#}");
        }
        assert_eq!(
            told["pre"],
            "interface store {\n  get: func(key: string) -> string;\n}"
        );
        assert_eq!(told["picked"], true);
        assert!(
            text("several").to_lowercase().contains("one of 2"),
            "{told:#}"
        );
        assert_eq!(told["chosen"], "wasi:io/poll@0.2.6");
        for part in [
            "app",
            "instance",
            "app.wasm",
            "18.4 MB",
            "wasi:cli/run@0.2.6",
        ] {
            assert!(text("node").contains(part), "{part}: {told:#}");
        }
        assert_eq!(told["fromPort"], "acme:kv/store@0.2.0");
        assert_eq!(told["fromEdge"], "cache");
    }
}

#[test]
fn the_keyboard_searches_opens_closes_and_walks() {
    let Some(chromium) = chromium() else {
        return;
    };
    let told = shown(
        &chromium,
        &witkit::graph::html(&shop()),
        "
        const all = [...document.querySelectorAll('g.node, g.edge')];
        told.order = all.map((g) => g.getAttribute('aria-label'));
        told.ready = all.every((g) => g.getAttribute('tabindex') === '0' && g.getAttribute('role') === 'button');
        press(document.body, '/');
        told.searching = document.activeElement === search;
        type('poll');
        told.hits = all.filter((g) => g.classList.contains('hit')).map((g) => g.getAttribute('aria-label'));
        told.count = document.getElementById('found').textContent;
        press(search, 'Enter');
        told.found = panel.querySelector('h2').textContent;
        press(search, 'Escape');
        told.cleared = search.value === '' && !document.querySelector('.hit');
        told.closed = seen();
        type('CACHE');
        press(search, 'Enter');
        told.first = panel.querySelector('h2').textContent;
        press(search, 'Escape');
        node(1).focus();
        press(document.activeElement, 'ArrowDown');
        told.below = document.activeElement.getAttribute('aria-label');
        press(document.activeElement, 'Enter');
        told.opened = panel.querySelector('h2').textContent;
        press(document.activeElement, 'ArrowUp');
        told.above = document.activeElement.getAttribute('aria-label');
        press(document.activeElement, 'Escape');
        told.escaped = seen();
        link(1).focus();
        press(document.activeElement, 'ArrowDown');
        told.end = document.activeElement.getAttribute('aria-label');
        const svg = document.querySelector('#stage svg');
        const width = () => svg.viewBox.baseVal.width;
        const before = width();
        press(document.body, '+');
        told.nearer = width() < before;
        press(document.body, '-');
        press(document.body, '-');
        told.farther = width() > before;
        press(document.body, '0');
        told.fits = Math.abs(width() - before) < 1;
        const theme = () => document.documentElement.dataset.theme;
        document.getElementById('theme').click();
        const one = getComputedStyle(svg.querySelector('.paper')).fill;
        document.getElementById('theme').click();
        told.themes = one !== getComputedStyle(svg.querySelector('.paper')).fill;
        node(1).dispatchEvent(new PointerEvent('pointerover', { bubbles: true, pointerType: 'mouse' }));
        told.near = all.filter((g) => g.classList.contains('near')).length;
        ",
        (1280, 800),
    );
    let order = [
        "caller, caller",
        "caller to app: wasi:cli/run@0.2.6",
        "app, instance",
        "app to cache: acme:kv/store@0.2.0",
        "cache, instance",
        "cache to host: 2 interfaces",
        "host, host",
    ];
    assert_eq!(told["order"], serde_json::json!(order));
    for truth in [
        "ready",
        "searching",
        "cleared",
        "nearer",
        "farther",
        "fits",
        "themes",
    ] {
        assert_eq!(told[truth], true, "{truth}: {told:#}");
    }
    assert_eq!(
        told["hits"],
        serde_json::json!(["cache to host: 2 interfaces"])
    );
    assert_eq!(told["count"], "1");
    assert_eq!(told["found"], "wasi:io/poll@0.2.6");
    assert_eq!(told["first"], "cache");
    for text in ["closed", "escaped"] {
        let text = told[text].as_str().unwrap_or_default();
        assert!(text.contains("4 nodes, 4 edges"), "{told:#}");
    }
    assert_eq!(told["below"], "cache, instance");
    assert_eq!(told["opened"], "cache");
    assert_eq!(told["above"], "app, instance");
    assert_eq!(told["end"], "cache, instance");
    // The node, its two edges, and what is at their other ends.
    assert_eq!(told["near"], 5);
}

/// A hundred parts in a row, the last two within a composition.
fn long() -> Graph {
    let mut graph = Graph {
        title: "long.wasm".to_string(),
        ..Graph::default()
    };
    graph.nodes.push(node("caller", NodeKind::Caller));
    graph.nodes.push(node("box", NodeKind::Instance));
    for at in 0..100 {
        let mut part = node(&format!("p{at}"), NodeKind::Instance);
        part.within = (at >= 98).then(|| "box".to_string());
        let port = |name: String| Port {
            name,
            sort: "interface",
        };
        part.imports.push(port(format!("acme:p{}/api", at + 1)));
        part.exports.push(port(format!("acme:p{at}/api")));
        let from = match at {
            0 => "caller".to_string(),
            _ => format!("p{}", at - 1),
        };
        let interface = format!("acme:p{at}/api");
        let edge = wire(&from, &part.id, &interface, "interface api {}");
        graph.edges.push(edge);
        graph.nodes.push(part);
    }
    graph
}

#[test]
fn a_large_drawing_begins_readable_has_a_map_folds_and_is_linked_to() {
    let Some(chromium) = chromium() else {
        return;
    };
    for size in [(1280, 800), (390, 844)] {
        let told = shown(
            &chromium,
            &witkit::graph::html(&long()),
            "
            const svg = document.querySelector('#stage svg');
            const stage = document.getElementById('stage');
            const map = document.getElementById('map');
            const box = (element) => element.getBoundingClientRect();
            const inView = (element) => {
              const [own, all] = [box(element), box(stage)];
              return own.left >= all.left && own.right <= all.right && own.top >= all.top && own.bottom <= all.bottom;
            };
            told.readable = parseFloat(getComputedStyle(node(0).querySelector('.name')).fontSize) *
              box(svg).width / svg.viewBox.baseVal.width >= 10;
            told.root = inView(node(0).querySelector('rect'));
            told.map = !map.hasAttribute('hidden') && box(map).width > 4 && inView(map);
            const before = svg.viewBox.baseVal.y + svg.viewBox.baseVal.x;
            const at = box(map);
            map.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, pointerId: 1,
              clientX: at.right - 2, clientY: at.bottom - 2 }));
            told.moved = svg.viewBox.baseVal.y + svg.viewBox.baseVal.x > before + 100;
            document.getElementById('fit').click();
            told.all = map.hasAttribute('hidden');
            told.legend = [...panel.querySelectorAll('.legend .line')].length;
            press(node(7), 'Enter');
            told.hash = location.hash;
            told.providers = [...panel.querySelectorAll('.other')].map((e) => e.textContent);
            press(node(1), 'Enter');
            button('Fold').click();
            told.folded = node(100).classList.contains('folded') && node(101).classList.contains('folded');
            told.others = [...document.querySelectorAll('g.node.folded')].length;
            told.cover = document.querySelector('g.cover').textContent;
            location.hash = '#p99';
            window.dispatchEvent(new HashChangeEvent('hashchange'));
            told.linked = panel.querySelector('h2').textContent;
            told.unfolded = document.querySelectorAll('.folded, .cover').length;
            ",
            size,
        );
        for truth in ["readable", "root", "map", "moved", "all", "folded"] {
            assert_eq!(told[truth], true, "{truth}: {told:#}");
        }
        assert_eq!(told["legend"], 1, "{told:#}");
        assert_eq!(told["hash"], "#p5", "{told:#}");
        let providers = serde_json::json!(["provided by p6", "used by p4"]);
        assert_eq!(told["providers"], providers, "{told:#}");
        assert_eq!(told["others"], 2, "{told:#}");
        assert_eq!(told["cover"], "box2 parts inside", "{told:#}");
        assert_eq!(told["linked"], "p99", "{told:#}");
        assert_eq!(told["unfolded"], 0, "{told:#}");
    }
}

#[test]
fn the_drawing_is_saved_as_it_was_drawn() {
    let Some(chromium) = chromium() else {
        return;
    };
    let told = shown(
        &chromium,
        &witkit::graph::html(&shop()),
        "
        let saved = null;
        URL.createObjectURL = (blob) => { saved = blob; return 'blob:none'; };
        HTMLAnchorElement.prototype.click = function () { told.name = this.download; };
        press(node(1), 'Enter');
        press(document.body, '+');
        const serialize = XMLSerializer.prototype.serializeToString;
        XMLSerializer.prototype.serializeToString = function (of) {
          return told.text = serialize.call(this, of);
        };
        document.getElementById('save').click();
        told.type = saved.type;
        ",
        (1280, 800),
    );
    assert_eq!(told["name"], "shop.svg", "{told:#}");
    assert_eq!(told["type"], "image/svg+xml", "{told:#}");
    let text = told["text"].as_str().unwrap_or_default();
    assert!(
        text.contains(" width=\"") && text.contains("<desc"),
        "{text}"
    );
    assert!(
        !text.contains("picked") && !text.contains("tabindex"),
        "{text}"
    );
}

#[test]
fn nothing_in_a_name_takes_effect_and_no_text_leaves_its_box() {
    let Some(chromium) = chromium() else {
        return;
    };
    let names = [
        "<img src=x onerror=window.owned=1>",
        "</script><script>window.owned=1</script>",
        "</title></style></svg><script>window.owned=1</script>",
        "\"><svg onload=window.owned=1>",
        "' onfocus='window.owned=1' autofocus='",
        "@@script@@ ${window.owned=1} {{x}}",
        "]]><!--<script>",
        "\u{202e}gpj.exe\u{1b}[31m\0\u{fffe}",
        "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW@@@@@@@@",
        "\\u003cimg src=x onerror=window.owned=1\\u003e",
    ];
    let mut graph = Graph {
        title: format!("{}/{}", names[2], names[3]),
        ..Graph::default()
    };
    for (at, name) in names.iter().enumerate() {
        let mut node = node(&format!("n{at}"), NodeKind::Instance);
        node.name = name.to_string();
        node.of = Some(name.to_string());
        node.wit = Some(format!("// {name}\n/* {name} */"));
        node.imports.push(Port {
            name: name.to_string(),
            sort: "interface",
        });
        // What is inside must be seen through what it is inside of.
        node.within = (at == 9).then(|| "n8".to_string());
        graph.nodes.push(node);
        if at > 0 {
            let mut edge = wire(&format!("n{}", at - 1), &format!("n{at}"), name, name);
            edge.provided_as = Some(name.to_string());
            graph.edges.push(edge);
        }
    }
    let told = shown(
        &chromium,
        &witkit::graph::html(&graph),
        "
        told.names = [];
        for (let at = 0; at < 10; at++) {
          press(node(at), 'Enter');
          told.names.push(panel.querySelector('h2').textContent);
          if (at > 0) press(link(at - 1), 'Enter');
        }
        type('img');
        press(search, 'Enter');
        told.owned = window.owned === undefined ? null : window.owned;
        told.images = document.querySelectorAll('img').length;
        told.scripts = document.querySelectorAll('script').length;
        told.drawings = document.querySelectorAll('svg').length;
        told.title = document.title;
        told.path = document.querySelector('h1').title;
        const fill = (at) => getComputedStyle(node(at).querySelector('rect')).fill;
        told.fills = [];
        for (const theme of ['light', 'dark']) {
          document.documentElement.dataset.theme = theme;
          told.fills.push(fill(8), fill(0) !== fill(1));
        }
        told.handlers = [...document.querySelectorAll('*')].flatMap((e) =>
          [...e.attributes].map((a) => a.name).filter((name) => name.startsWith('on')));
        told.outside = [...document.querySelectorAll('g.node')].filter((g) => {
          const box = g.querySelector('rect').getBBox();
          return [...g.querySelectorAll('text')].some((text) => {
            const own = text.getBBox();
            return own.x < box.x || own.x + own.width > box.x + box.width;
          });
        }).map((g) => g.textContent);
        ",
        (1280, 800),
    );
    assert_eq!(told["owned"], Value::Null, "{told:#}");
    assert_eq!(told["images"], 0, "{told:#}");
    // The data, the page's own, and the one of this test.
    assert_eq!(told["scripts"], 3, "{told:#}");
    // The drawing and the small map.
    assert_eq!(told["drawings"], 2, "{told:#}");
    assert_eq!(told["handlers"], serde_json::json!([]), "{told:#}");
    assert_eq!(told["outside"], serde_json::json!([]), "{told:#}");
    assert_eq!(told["title"], names[3]);
    assert_eq!(told["path"], format!("{}/{}", names[2], names[3]));
    // A box is clear, and what is found has another colour, in both themes.
    let fills = serde_json::json!(["none", true, "none", true]);
    assert_eq!(told["fills"], fills, "{told:#}");
    for (at, name) in names.iter().enumerate() {
        let shown = told["names"][at].as_str().unwrap_or_default();
        match name.chars().any(|c| c.is_control() || c == '\u{202e}') {
            true => assert_eq!(shown, "\u{fffd}gpj.exe␛[31m␀\u{fffe}"),
            false => assert_eq!(shown, *name),
        }
    }
}
