//! Where messages may go: over TLS, and not into the network that the server stands in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Whether an address belongs to this machine, its network, or to nobody.
pub fn is_inner(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_inner_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_inner_v4(mapped),
            None => is_inner_v6(address),
        },
    }
}

fn is_inner_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
}

fn is_inner_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Only 2000::/3 is given out; 6to4, Teredo and the like lead to addresses of version 4.
    (first & 0xe000) != 0x2000
        || first == 0x2002
        || (first == 0x2001 && second == 0)
        || (first == 0x2001 && second == 0xdb8)
}

/// What is wrong with an address, as the key of a message.
pub fn fault(address: &str, anywhere: bool) -> Option<&'static str> {
    let Ok(url) = Url::parse(address) else { return Some("webhook-address") };
    if address.len() > 500 || url.host_str().is_none() || !matches!(url.scheme(), "https" | "http") {
        return Some("webhook-address");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Some("webhook-login");
    }
    if anywhere {
        return None;
    }
    if url.scheme() != "https" {
        return Some("webhook-plain");
    }
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let is_near = host == "localhost" || host.ends_with(".localhost") || host.ends_with(".internal");
    (is_near || host.parse().is_ok_and(is_inner)).then_some("webhook-inner")
}

/// Finds addresses by their names, those of the own network left out: a name may lead anywhere, and elsewhere tomorrow.
pub struct Outer;

impl Resolve for Outer {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let outer: Vec<SocketAddr> = found.filter(|address| !is_inner(address.ip())).collect();
            if outer.is_empty() {
                return Err("no address outside the own network".into());
            }
            Ok(Box::new(outer.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_stay_out_of_the_own_network() {
        for (address, key) in [
            ("https://college.kz/hook", None),
            ("https://8.8.8.8/hook", None),
            ("http://college.kz/hook", Some("webhook-plain")),
            ("ftp://college.kz", Some("webhook-address")),
            ("college.kz", Some("webhook-address")),
            ("https://user:secret@college.kz", Some("webhook-login")),
            ("https://localhost/", Some("webhook-inner")),
            ("https://127.0.0.1/", Some("webhook-inner")),
            ("https://2130706433/", Some("webhook-inner")),
            ("https://10.0.0.8/", Some("webhook-inner")),
            ("https://169.254.169.254/latest", Some("webhook-inner")),
            ("https://100.64.0.1/", Some("webhook-inner")),
            ("https://[::1]/", Some("webhook-inner")),
            ("https://[::ffff:10.0.0.1]/", Some("webhook-inner")),
            ("https://[fd00::1]/", Some("webhook-inner")),
            ("https://[64:ff9b::a00:1]/", Some("webhook-inner")),
            ("https://[2a00:1450::1]/", None),
        ] {
            assert_eq!(fault(address, false), key, "{address}");
        }
        assert_eq!(fault("http://127.0.0.1:9/hook", true), None);
    }
}
