//! The codes of decoding, with their pages.
//!
//! May import: `diag` (rank 0). Deliberately absent: raising them.

use crate::diag::{Code, Severity};

/// A core module that says nothing about its world.
pub static NO_METADATA: Code = Code {
    name: "wit/no-metadata",
    severity: Severity::Error,
    page: "\
A core module has WIT only if the tool that made its bindings left some in it, in custom sections
whose names begin with `component-type`. This module has none: it was built without bindings, or a
tool that strips custom sections has taken them away.

Look at the WIT that the module was built for instead, or build it with bindings (for Rust, C, Go
and others: wit-bindgen).",
};

/// A component that WIT cannot describe.
pub static NO_WIT_FORM: Code = Code {
    name: "wit/no-wit-form",
    severity: Severity::Error,
    page: "\
Components can have types that WIT has no words for. The message says which item it is and why.
Among these are imports and exports of core modules, components and values; interfaces within
interfaces; types exported by the component itself; resources that are defined by the world, or by
an interface without a name, and used in an interface; an interface that is imported with one type
and exported with another.

```wat
(component
  (import \"run\" (core module)))
```

Nothing is printed, because what could be printed would not be what the component is. Such
components mostly come from composition or are written by hand. Compositions can still use them;
for WIT, look at the parts they were made of.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[&NO_METADATA, &NO_WIT_FORM];
