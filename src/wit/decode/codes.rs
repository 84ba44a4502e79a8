//! The codes of decoding, with their pages.
//!
//! May import: `diag` (rank 0). Deliberately absent: raising them.

use crate::diag::{Code, Severity};

/// A core module that says nothing about its world.
pub static NO_METADATA: Code = Code {
    name: "wit/no-metadata",
    severity: Severity::Error,
    page: "\
A core module contains WIT only if its bindings generator embedded it, in custom sections whose
names begin with `component-type`. This module has none: it was built without bindings, or a tool
stripped its custom sections.

Use the WIT that the module was built for, or rebuild it with bindings, for example of wit-bindgen
for Rust, C or Go.",
};

/// A component that WIT cannot describe.
pub static NO_WIT_FORM: Code = Code {
    name: "wit/no-wit-form",
    severity: Severity::Error,
    page: "\
The component has an item that WIT cannot express. The message names the item and the reason. Such
items are imports and exports of core modules, components and values; interfaces inside
interfaces; types exported by the component itself; resources that are defined by the world or by
an inline interface, but used in another interface; and an interface that is imported with one
type and exported with another.

```wat
(component
  (import \"run\" (core module)))
```

Nothing is printed, because the output would not describe the component. Most such components are
compositions or written by hand. They can still be composed; to get WIT, print the parts that they
were made of.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[&NO_METADATA, &NO_WIT_FORM];
