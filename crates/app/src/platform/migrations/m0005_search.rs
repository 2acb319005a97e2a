//! Once an index of trigrams; programmes are now searched in memory (`programmes::catalogue`), and `m0007_catalogue` takes the
//! index away where it was made. The name stays, because databases remember it.

super::migration!("m0005_search",);
