//! Signed texts so short that paper carries them: a compact JWS (RFC 7515) with Ed25519 (RFC 8037). Whoever has the published keys
//! checks one without a network.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

const ALGORITHM: &str = "EdDSA";

/// A published key (RFC 7517).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    pub kty: String,
    pub crv: String,
    pub kid: String,
    pub x: String,
    pub alg: String,
    #[serde(rename = "use")]
    pub usage: String,
}

impl PublicKey {
    pub fn of(key: &SigningKey, id: &str) -> Self {
        Self {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            kid: id.to_owned(),
            x: BASE64.encode(key.verifying_key().as_bytes()),
            alg: ALGORITHM.to_owned(),
            usage: "sig".to_owned(),
        }
    }

    fn key(&self) -> Option<VerifyingKey> {
        let bytes: [u8; 32] = BASE64.decode(&self.x).ok()?.try_into().ok()?;
        VerifyingKey::from_bytes(&bytes).ok()
    }
}

/// Signs a content with a key of this name.
///
/// # Errors
/// Where the content cannot be written as JSON.
pub fn signed(content: &impl Serialize, key: &SigningKey, id: &str) -> Result<String, serde_json::Error> {
    let header = serde_json::to_vec(&Header { alg: ALGORITHM.to_owned(), kid: id.to_owned() })?;
    let text = format!("{}.{}", BASE64.encode(header), BASE64.encode(serde_json::to_vec(content)?));
    let signature = key.sign(text.as_bytes());
    Ok(format!("{text}.{}", BASE64.encode(signature.to_bytes())))
}

/// What a text turns out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<T> {
    /// Signed with one of the keys.
    Genuine(T),
    /// Made from something that was signed, or to look so, and changed.
    Altered,
    /// Not signed with one of the keys, or no such text at all.
    Unknown,
}

/// Checks the signature of a text, and reads its content.
pub fn opened<T: for<'de> Deserialize<'de>>(text: &str, keys: &[PublicKey]) -> Verdict<T> {
    let mut parts = text.split('.');
    let (Some(header), Some(payload), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Verdict::Unknown;
    };
    let decoded = |part: &str| BASE64.decode(part).ok();
    let Some(head) = decoded(header).and_then(|bytes| serde_json::from_slice::<Header>(&bytes).ok()) else {
        return Verdict::Unknown;
    };
    // The header names the algorithm, but does not choose it.
    if head.alg != ALGORITHM {
        return Verdict::Unknown;
    }
    let Some(key) = keys.iter().find(|key| key.kid == head.kid).and_then(PublicKey::key) else {
        return Verdict::Unknown;
    };
    let signed = format!("{header}.{payload}");
    let is_signed = decoded(signature)
        .and_then(|bytes| Signature::from_slice(&bytes).ok())
        .is_some_and(|signature| key.verify_strict(signed.as_bytes(), &signature).is_ok());
    match decoded(payload).and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
        Some(content) if is_signed => Verdict::Genuine(content),
        _ => Verdict::Altered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Content {
        n: String,
    }

    fn content() -> Content {
        Content { n: "35-06130100-2024-000123".to_owned() }
    }

    #[test]
    fn genuine_altered_and_unknown_are_told_apart() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let keys = [PublicKey::of(&key, "k1")];
        let text = signed(&content(), &key, "k1").unwrap();
        assert_eq!(opened(&text, &keys), Verdict::Genuine(content()));
        let parts: Vec<&str> = text.split('.').collect();
        let other = format!("{}.{}.{}", parts[0], BASE64.encode(r#"{"n":"35-06130100-2024-000124"}"#), parts[2]);
        assert_eq!(opened::<Content>(&other, &keys), Verdict::Altered, "another number");
        let stranger = SigningKey::from_bytes(&[8; 32]);
        let forged = signed(&content(), &stranger, "k1").unwrap();
        assert_eq!(opened::<Content>(&forged, &keys), Verdict::Altered, "another key under a published name");
        let foreign = signed(&content(), &stranger, "k2").unwrap();
        assert_eq!(opened::<Content>(&foreign, &keys), Verdict::Unknown, "a key that is not published");
        for header in [r#"{"alg":"none","kid":"k1"}"#, r#"{"alg":"HS256","kid":"k1"}"#] {
            let text = format!("{}.{}.{}", BASE64.encode(header), parts[1], parts[2]);
            assert_eq!(opened::<Content>(&text, &keys), Verdict::Unknown, "{header}");
        }
    }

    /// Another implementation of the standard opens what we sign, and we open what it signs.
    #[test]
    fn others_read_what_we_sign_and_the_reverse() {
        use ed25519_dalek::pkcs8::EncodePrivateKey;
        use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};

        let key = SigningKey::from_bytes(&[7; 32]);
        let public = PublicKey::of(&key, "k1");
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        let ours = signed(&content(), &key, "k1").unwrap();
        let theirs = DecodingKey::from_ed_components(&public.x).unwrap();
        let read = jsonwebtoken::decode::<Content>(&ours, &theirs, &validation).unwrap();
        assert_eq!((read.claims, read.header.kid.as_deref()), (content(), Some("k1")));
        let header = jsonwebtoken::Header { kid: Some("k1".to_owned()), ..jsonwebtoken::Header::new(Algorithm::EdDSA) };
        let der = key.to_pkcs8_der().unwrap();
        let text = jsonwebtoken::encode(&header, &content(), &EncodingKey::from_ed_der(der.as_bytes())).unwrap();
        assert_eq!(opened(&text, &[public]), Verdict::Genuine(content()));
    }
}
