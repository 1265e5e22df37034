//! From the domain to the wire: the only way out.

mod words;
