//! What is taught: programmes with their working curricula, and the national register of them.

pub mod programmes;
pub mod register;
