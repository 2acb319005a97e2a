//! The texts are taken in when this crate is compiled: a file that is added has to set that off.

fn main() {
    println!("cargo::rerun-if-changed=../../messages");
}
