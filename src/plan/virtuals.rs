//! What a virtual part is made from: the values of its functions, and the interfaces that it has.
//!
//! May import: nothing of ours (rank 1). Deliberately absent: the contents of files, which a plan names
//! with their digests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Served;

/// What a virtual part is made from.
///
/// [`Settings`] shows it in use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Virtual {
    /// What it exports.
    pub interfaces: Vec<VirtualInterface>,
    /// What its functions answer.
    pub settings: Settings,
    /// Whether it is the part that writes and reads the streams of WASI 0.3 of another one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub streams: bool,
}

/// An interface of a virtual part.
///
/// [`Settings`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VirtualInterface {
    /// Its name.
    pub name: String,
    /// The imports of parts that have its types, that with the highest version first.
    pub of: Vec<Served>,
    /// Whether the part defines its resources; else they are the host's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owns: bool,
    /// What its functions do.
    pub does: Does,
    /// Functions that do something else.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub except: BTreeMap<String, Does>,
}

/// What a function of a virtual part does.
///
/// [`Settings`] shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    /// It answers from the settings.
    Virtual,
    /// It answers from the settings, and from what the host has besides.
    Both,
    /// It is passed on to the host.
    Host,
    /// It traps.
    Deny,
}

/// The settings of `[virtual]`; what is not there is not named.
///
/// ```
/// use witkit::compose::{self, compose};
/// use witkit::plan::{Clock, Does, Embedded, Input, OfHost, Setting, Settings};
///
/// let app = r#"(component (import "wasi:random/random@0.2.0"
///     (instance (export "get-random-u64" (func (result u64))))))"#;
/// let mut settings = Settings {
///     random: Some(Setting::Virtual(7)),
///     env_host: Some(OfHost::Named(vec!["PATH".into()])),
///     stdin: Some(Setting::Virtual(Input::Text("yes\n".into()))),
///     clock: Some(Setting::Virtual(Clock { seconds: 0, nanoseconds: 0, tick: 0 })),
///     ..Settings::default()
/// };
/// settings.files_mut().for_each(|file: &mut Embedded| println!("{}", file.path));
/// let hermetic = compose::Virtual { settings, ..compose::Virtual::default() };
/// let options = compose::Options { from_data: Some(hermetic), ..compose::Options::default() };
/// let plan = compose(&options.root(("app.wat", app))).plan.expect("the part could be read");
/// let part = plan.parts.iter().find_map(|part| part.generated.as_ref()?.from_data.as_ref());
/// let interface = &part.expect("it is generated").interfaces[0];
/// assert_eq!(interface.name, "wasi:random/random@0.2.0");
/// assert_ne!(interface.does, Does::Deny);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Environment variables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<Setting<BTreeMap<String, String>>>,
    /// Environment variables of the host that are there besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env_host: Option<OfHost>,
    /// Arguments, the name of the program first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub args: Option<Setting<Vec<String>>>,
    /// The initial working directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<Setting<String>>,
    /// Files and directories by their absolute paths in the guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<Setting<BTreeMap<String, Embedded>>>,
    /// Directories of the host that are there besides, by what they are called in the guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files_host: Option<OfHost<BTreeMap<String, String>>>,
    /// Standard input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdin: Option<Setting<Input>>,
    /// Standard output: discarded, or the host's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdout: Option<Setting<()>>,
    /// Standard error, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stderr: Option<Setting<()>>,
    /// Both clocks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<Setting<Clock>>,
    /// The seed of random numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub random: Option<Setting<u64>>,
    /// The keys of `wasi:config/store`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Setting<BTreeMap<String, String>>>,
    /// Keys of the host's `wasi:config/store` that are there besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_host: Option<OfHost>,
    /// `wasi:cli/exit`: denied, or the host's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<Setting<()>>,
    /// Whether what is not named is denied; else it stays with the host.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deny_others: bool,
}

/// What is named.
///
/// [`Settings`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Setting<T> {
    /// It stays with the host.
    Host,
    /// It is that.
    Virtual(T),
}

/// What of the host's is there besides what is virtual.
///
/// [`Settings`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfHost<T = Vec<String>> {
    /// All of it.
    All,
    /// What has one of these names.
    Named(T),
}

/// A file that is embedded, or a directory.
///
/// [`Settings`] shows it in use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Embedded {
    /// The file, relative to the folder of the plan; empty for a directory.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// The SHA-256 of its contents.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
}

/// Standard input.
///
/// [`Settings`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    /// This text.
    Text(String),
    /// What is in a file.
    File(Embedded),
}

/// A clock of its own.
///
/// [`Settings`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// Seconds since 1970, UTC.
    pub seconds: u64,
    /// And nanoseconds.
    #[serde(default)]
    pub nanoseconds: u32,
    /// By how many nanoseconds it goes on with each reading.
    #[serde(default)]
    pub tick: u64,
}

impl Settings {
    /// The files that are embedded, and standard input if it is one.
    pub fn files_mut(&mut self) -> impl Iterator<Item = &mut Embedded> {
        let files = self.files.iter_mut().flat_map(|files| match files {
            Setting::Virtual(files) => files.values_mut().collect::<Vec<_>>(),
            Setting::Host => Vec::new(),
        });
        let stdin = self.stdin.iter_mut().filter_map(|stdin| match stdin {
            Setting::Virtual(Input::File(file)) => Some(file),
            _ => None,
        });
        files.chain(stdin).filter(|file| !file.path.is_empty())
    }
}
