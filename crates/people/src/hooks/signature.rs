//! Messages are signed as Standard Webhooks says: HMAC-SHA256 over id, time and body.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// By which a secret is known for what it is.
pub const PREFIX: &str = "whsec_";

/// The signature of a message.
pub fn signature(secret: &str, key: &str, seconds: i64, body: &str) -> String {
    let bytes = BASE64.decode(secret.strip_prefix(PREFIX).unwrap_or(secret)).unwrap_or_default();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&bytes) else { return String::new() };
    mac.update(format!("{key}.{seconds}.{body}").as_bytes());
    format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_the_standard_says() {
        // The example of the Standard Webhooks reference implementations.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = r#"{"test": 2432232314}"#;
        assert_eq!(
            signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn the_reference_implementation_accepts_our_signatures() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let reference = standardwebhooks::Webhook::new(secret).unwrap();
        let body = r#"{"type": "application.step", "data": {"action": "қосу"}}"#;
        let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let signed = signature(secret, "msg_1", i64::try_from(seconds).unwrap(), body);
        let headers = |signature: &str| {
            let mut headers = axum::http::HeaderMap::new();
            headers.insert("webhook-id", "msg_1".parse().unwrap());
            headers.insert("webhook-timestamp", seconds.to_string().parse().unwrap());
            headers.insert("webhook-signature", signature.parse().unwrap());
            headers
        };
        assert!(reference.verify(body.as_bytes(), &headers(&signed)).is_ok());
        assert!(reference.verify(b"{}", &headers(&signed)).is_err(), "of another body");
    }
}
