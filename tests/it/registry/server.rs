//! A registry that misbehaves as it is told to: HTTP over a socket of the standard library.
//!
//! Deliberately absent: everything that a test does not need, such as bodies in chunks.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use witkit::registry::manifest::{self, Descriptor, Manifest};
use witkit::registry::{self, Client, Image, Options};

/// A request, as far as tests look at it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// With the query.
    pub path: String,
    /// By names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

/// What is answered.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// After so many bytes of the body the connection ends.
    pub cut: Option<usize>,
    /// Then nothing comes any more, but the connection stays.
    pub hang: bool,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Reply {
        Reply {
            status,
            body: body.into(),
            ..Reply::default()
        }
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Reply {
        self.headers.push((name.to_string(), value.into()));
        self
    }
}

/// How requests are answered; the number counts those of the same method and path before.
type Answers = dyn Fn(&Asked, usize) -> Reply + Send + Sync;

/// A server that ends with the process.
pub struct Server {
    /// `127.0.0.1:PORT`.
    pub host: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub fn start(answers: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answers): (_, Arc<Answers>) = (asked.clone(), Arc::new(answers));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answers) = (log.clone(), answers.clone());
                std::thread::spawn(move || serve(stream, &log, &*answers));
            }
        });
        Server { host, asked }
    }

    /// All requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no test panics with it").clone()
    }

    /// How often something was asked for whose path has `part` in it.
    pub fn count(&self, method: &str, part: &str) -> usize {
        let asked = self.asked();
        let same = asked
            .iter()
            .filter(|a| a.method == method && a.path.contains(part));
        same.count()
    }

    /// A client that reaches it by plain HTTP and waits for a second.
    pub fn client(&self) -> Box<dyn Client> {
        let options = Options {
            insecure: vec![self.host.clone()],
        };
        let patience = Some(Duration::from_secs(1));
        registry::publisher(&options, patience).expect("the client is built in")
    }

    /// The image `acme/kv:1.0.0`.
    pub fn image(&self) -> Image {
        Image::parse(&format!("oci://{}/acme/kv:1.0.0", self.host)).expect("a reference")
    }
}

fn serve(mut stream: TcpStream, log: &Mutex<Vec<Asked>>, answers: &Answers) {
    while let Some(asked) = read(&mut stream) {
        let before = {
            let mut log = log.lock().expect("no test panics with it");
            let same = |a: &&Asked| a.method == asked.method && a.path == asked.path;
            let before = log.iter().filter(same).count();
            log.push(asked.clone());
            before
        };
        let reply = answers(&asked, before);
        let mut head = format!(
            "HTTP/1.1 {} Said\r\ncontent-length: {}\r\n",
            reply.status,
            reply.body.len()
        );
        for (name, value) in &reply.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += "\r\n";
        let body = match (asked.method.as_str(), reply.cut) {
            ("HEAD", _) => &[],
            (_, Some(end)) => &reply.body[..end],
            (_, None) => &reply.body[..],
        };
        let sent = stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(body));
        if reply.hang {
            std::thread::sleep(Duration::from_secs(20));
        }
        if sent.is_err() || reply.cut.is_some() {
            return;
        }
    }
}

/// The next request; none if there is none, or if it is no HTTP, which is said.
fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
        // A handshake of TLS begins so.
        if head == [0x16] {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
            return None;
        }
    }
    let head = String::from_utf8(head).ok()?;
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let (method, path) = (words.next()?.to_string(), words.next()?.to_string());
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_string()))
        .collect();
    let length = headers.get("content-length");
    let length = length.and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Asked {
        method,
        path,
        headers,
        body,
    })
}

/// The bytes of a layer, and the manifest of an image with it.
pub fn image_of(bytes: &[u8]) -> (Vec<u8>, String) {
    let config = Descriptor::of(manifest::CONFIG, b"{}");
    let layer = Descriptor::of(manifest::LAYER, bytes);
    let digest = layer.digest.clone();
    (
        Manifest::of_wasm(config, layer, BTreeMap::new()).to_json(),
        digest,
    )
}
