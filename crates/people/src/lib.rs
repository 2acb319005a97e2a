//! Who everybody is: organisations and their people, what they are told, study groups and the lists that all refer to.

pub mod accounts;
pub mod groups;
pub mod hooks;
pub mod inbox;
pub mod organisations;
pub mod reference;
