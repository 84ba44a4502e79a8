//! Components that serve HTTP answer the same bytes traced, virtual, and as they are, to ten requests
//! at once.
//!
//! They are served as `wasmtime serve` does it: those of WASI 0.3 have all requests in one instance,
//! and those of 0.2 one instance for each. The bodies of requests come once all of them are waited
//! for, so whoever has one request wait for another never answers.

use std::fs;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::p2::bindings::Proxy;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::p3::Request;
use wasmtime_wasi_http::p3::bindings::Service;
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

use crate::run::engine;
use crate::support::{corpus, witkit};

/// How many requests there are at once.
const AT_ONCE: usize = 10;

struct Host {
    ctx: WasiCtx,
    http: WasiHttpCtx,
    hooks: Hooks,
    table: ResourceTable,
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.ctx,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for Host {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            ctx: &mut self.http,
            table: &mut self.table,
            hooks: &mut self.hooks,
        }
    }
}

/// A host that sends nothing.
struct Hooks;

type Sent = dyn Future<Output = Result<(), Error>> + Send;
type Received = Result<(http::Response<WasiBody>, Box<Sent>), Error>;

impl WasiHttpHooks for Hooks {
    fn send_request(
        &mut self,
        _: http::Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Box<Sent>,
    ) -> Box<dyn Future<Output = Received> + Send> {
        Box::new(async { Err(Error::HttpRequestDenied) })
    }
}

/// How many bodies are waited for, and who waits.
#[derive(Default)]
struct Waiting {
    begun: usize,
    wakers: Vec<Waker>,
}

/// The body of a request, which comes when the bodies of all requests are waited for.
struct Late {
    text: Option<Bytes>,
    has_begun: bool,
    waiting: Arc<Mutex<Waiting>>,
}

impl Body for Late {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let waiting = Arc::clone(&self.waiting);
        let mut waiting = waiting.lock().expect("nobody panics");
        if !self.has_begun {
            self.has_begun = true;
            waiting.begun += 1;
        }
        if waiting.begun < AT_ONCE {
            waiting.wakers.push(context.waker().clone());
            return Poll::Pending;
        }
        waiting.wakers.drain(..).for_each(Waker::wake);
        Poll::Ready(self.text.take().map(|text| Ok(Frame::data(text))))
    }
}

fn requests() -> Vec<http::Request<Late>> {
    let waiting = Arc::<Mutex<Waiting>>::default();
    let request = |at: usize| {
        let late = Late {
            text: Some(Bytes::from(format!(
                "body of {at} {}",
                "x".repeat(at * 100)
            ))),
            has_begun: false,
            waiting: Arc::clone(&waiting),
        };
        http::Request::builder()
            .method("POST")
            .uri(format!("http://localhost/path/{at}?query={at}"))
            .header("x-seen", format!("request {at}"))
            .body(late)
            .expect("it is a request")
    };
    (0..AT_ONCE).map(request).collect()
}

/// A response, with its headers in order.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

async fn answer<B>(response: http::Response<B>) -> wasmtime::Result<Answer>
where
    B: Body<Data = Bytes, Error = Error> + Unpin,
{
    let (parts, body) = response.into_parts();
    let body = body.collect().await;
    let body = body.map_err(|e| wasmtime::format_err!("{e:?}"))?.to_bytes();
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.to_string(), value.to_string())
    });
    let mut headers: Vec<_> = headers.collect();
    headers.sort();
    Ok(Answer {
        status: parts.status.as_u16(),
        headers,
        body: String::from_utf8_lossy(&body).to_string(),
    })
}

type Doing<'f, T> = Pin<Box<dyn Future<Output = wasmtime::Result<T>> + 'f>>;

/// Waits for all of them.
async fn all<T>(futures: Vec<Doing<'_, T>>) -> wasmtime::Result<Vec<T>> {
    let mut futures: Vec<_> = futures.into_iter().map(|future| (future, None)).collect();
    std::future::poll_fn(|context| {
        for (future, done) in &mut futures {
            if done.is_none()
                && let Poll::Ready(result) = future.as_mut().poll(context)
            {
                *done = Some(result);
            }
        }
        match futures.iter().all(|(_, done)| done.is_some()) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
    futures.into_iter().filter_map(|(_, done)| done).collect()
}

/// A component that is served.
struct Served {
    engine: Engine,
    component: Component,
    linker: Linker<Host>,
    stderr: MemoryOutputPipe,
}

impl Served {
    fn store(&self) -> Store<Host> {
        let ctx = WasiCtx::builder().stderr(self.stderr.clone()).build();
        let host = Host {
            ctx,
            http: WasiHttpCtx::new(),
            hooks: Hooks,
            table: ResourceTable::new(),
        };
        Store::new(&self.engine, host)
    }

    /// All requests in one instance.
    async fn in_one(&self) -> wasmtime::Result<Vec<Answer>> {
        let mut store = self.store();
        let service = Service::instantiate_async(&mut store, &self.component, &self.linker).await?;
        let requests: Vec<Request> = requests()
            .into_iter()
            .map(|request| Request::from_http(&mut store.data_mut().hooks, request).0)
            .collect();
        store
            .run_concurrent(async |accessor| {
                let service = &service;
                let serve = |request| -> Doing<'_, Answer> {
                    Box::pin(async move {
                        let handled = service.handle(accessor, request).await?;
                        let response = handled.map_err(|code| wasmtime::format_err!("{code:?}"))?;
                        let response =
                            accessor.with(|store| response.into_http(store, async { Ok(()) }))?;
                        answer(response).await
                    })
                };
                all(requests.into_iter().map(serve).collect()).await
            })
            .await?
    }

    /// Each request in an instance of its own.
    async fn in_many(&self) -> wasmtime::Result<Vec<Answer>> {
        let serve = |request| -> Doing<'_, Answer> {
            Box::pin(async move {
                let mut store = self.store();
                let (sender, receiver) = tokio::sync::oneshot::channel();
                let mut http = store.data_mut().http();
                let request = http.new_incoming_request(Scheme::Http, request)?;
                let out = http.new_response_outparam(sender)?;
                let proxy =
                    Proxy::instantiate_async(&mut store, &self.component, &self.linker).await?;
                let handled: Doing<'_, Option<Answer>> = Box::pin(async {
                    let handler = proxy.wasi_http_incoming_handler();
                    handler.call_handle(&mut store, request, out).await?;
                    Ok(None)
                });
                // What is answered is taken while it is answered.
                let taken: Doing<'_, Option<Answer>> = Box::pin(async {
                    let response = receiver.await?;
                    let response = response.map_err(|code| wasmtime::format_err!("{code:?}"))?;
                    answer(response).await.map(Some)
                });
                let done = all(vec![handled, taken]).await?;
                let done = done.into_iter().flatten().next();
                done.ok_or_else(|| wasmtime::format_err!("it has not answered"))
            })
        };
        all(requests().into_iter().map(serve).collect()).await
    }
}

/// What a component answers ten requests at once, and what it has printed on standard error.
fn served(bytes: &[u8]) -> Result<(Vec<Answer>, String), String> {
    let text = |error: wasmtime::Error| format!("{error:?}");
    let engine = engine()?;
    let component = Component::new(&engine, bytes).map_err(text)?;
    let mut linker = Linker::new(&engine);
    linker.allow_shadowing(true);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(text)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker).map_err(text)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).map_err(text)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker).map_err(text)?;
    let ty = component.component_type();
    let names = ty.exports(&engine).map(|(name, _)| name.to_string());
    let names: Vec<String> = names.collect();
    let in_one = names
        .iter()
        .any(|name| name.starts_with("wasi:http/handler@0.3."));
    let served = Served {
        engine,
        component,
        linker,
        stderr: MemoryOutputPipe::new(1 << 20),
    };
    let executor = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|e| e.to_string())?;
    let answers = executor.block_on(async {
        let serve: Doing<'_, Vec<Answer>> = match in_one {
            true => Box::pin(served.in_one()),
            false => Box::pin(served.in_many()),
        };
        tokio::time::timeout(Duration::from_secs(60), serve).await
    });
    let answers = answers.map_err(|_| "one request waits for another".to_string())?;
    let logged = String::from_utf8_lossy(&served.stderr.contents()).to_string();
    Ok((answers.map_err(text)?, logged))
}

/// What `witkit` makes with those arguments.
fn made(folder: &Path, args: &[String]) -> Vec<u8> {
    let out = folder.join("out.wasm");
    let mut args = args.to_vec();
    args.extend(["-o".to_string(), out.display().to_string()]);
    let ran = witkit(folder, &args).expect(0);
    ran.unwrap_or_else(|e| panic!("{args:?}: {e}"));
    fs::read(out).expect("it is written")
}

/// The path of each request and what it says about itself is in its answer, and in no other.
fn are_their_own(answers: &[Answer]) {
    assert_eq!(answers.len(), AT_ONCE);
    for (at, answer) in answers.iter().enumerate() {
        assert_eq!(answer.status, 200, "{answer:?}");
        let said = format!("{answer:?}").to_lowercase();
        assert!(said.contains(&format!("/path/{at}")), "{answer:?}");
        let others = answers.iter().filter(|other| *other == answer);
        assert_eq!(others.count(), 1, "{answer:?}");
    }
}

#[test]
fn handlers_of_wasi_0_3_answer_ten_requests_at_once_as_they_do_untraced() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().expect("there is room");
    let file = |name: &str| {
        let file = corpus.join(format!("components/p3/{name}.wasm"));
        file.display().to_string()
    };
    let chain = "--chain=wasi:http/handler=mwhead";
    for (root, parts, more) in [
        ("mwhead", &["svc"][..], None),
        ("mwbody", &["mwhead", "svc"][..], Some(chain)),
    ] {
        let mut args = vec!["compose".to_string(), file(root)];
        for part in parts {
            args.extend(["-d".to_string(), file(part)]);
        }
        args.extend(more.map(str::to_string));
        let (plain, logged) = served(&made(folder.path(), &args)).expect(root);
        assert_eq!(logged, "");
        are_their_own(&plain);
        for pattern in ["wasi:http/handler", "wasi:http/*"] {
            let mut args = args.clone();
            args.extend(["--trace".to_string(), pattern.to_string()]);
            let (traced, logged) = served(&made(folder.path(), &args)).expect(root);
            assert_eq!(traced, plain, "{root} {pattern}");
            let calls = logged
                .lines()
                .filter(|line| line.contains("wasi:http/handler@0.3.0#handle(request#_) = ok("));
            assert_eq!(calls.count(), AT_ONCE * parts.len(), "{logged}");
        }
    }
}

#[test]
fn handlers_of_wasi_0_2_answer_ten_requests_at_once_as_they_do_untraced_and_with_virtual_wasi() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().expect("there is room");
    let module = corpus.join("modules/rust/http_hello.wasip1.wasm");
    let args = ["componentize".to_string(), module.display().to_string()];
    let component = made(folder.path(), &args);
    let app = folder.path().join("app.wasm");
    fs::write(&app, &component).expect("it is written");
    let (plain, _) = served(&component).expect("it is served");
    assert!(plain.iter().all(|answer| answer.status == 200), "{plain:?}");
    let compose = |more: &[&str]| {
        let mut args = vec!["compose".to_string(), app.display().to_string()];
        args.extend(more.iter().map(|arg| arg.to_string()));
        served(&made(folder.path(), &args)).expect("it is served")
    };
    let (traced, logged) = compose(&["--trace", "wasi:http/*", "--allow", "wasi:*"]);
    assert_eq!(traced, plain);
    let set = |line: &&str| line.contains("#[static]response-outparam.set(");
    assert_eq!(logged.lines().filter(set).count(), AT_ONCE, "{logged}");
    // Its streams are those of the host, wrapped, beside those that are virtual.
    let settings = folder.path().join("virtual.toml");
    let text = "stdin = \"empty\"\nstdout = \"discard\"\nrandom = 7\nclock = { start = 2026-01-01T00:00:00Z, tick = \"1ms\" }\n\n[env]\nNAME = \"virtual\"\n";
    fs::write(&settings, text).expect("it is written");
    let settings = settings.display().to_string();
    let (wrapped, _) = compose(&["--virtual", &settings, "--allow", "wasi:*"]);
    assert_eq!(wrapped, plain);
}
