//! Why somebody is not let in. The outside learns the reason only; the rest is for metrics.

/// Why a call was not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Denied {
    /// The token is not good. Outside, all of these look the same.
    Token(TokenFault),
    /// The caller's kind of partner has roles that may call this, but not the caller.
    RoleNotAllowed,
    /// No role of the caller's kind of partner may call this.
    PartnerKindNotAllowed,
    /// The access table has no such method.
    MethodNotFound,
}

impl Denied {
    /// The stable reason, as statuses carry it.
    pub const fn reason(self) -> &'static str {
        match self {
            Denied::Token(_) => "TOKEN_INVALID",
            Denied::RoleNotAllowed => "ROLE_NOT_ALLOWED",
            Denied::PartnerKindNotAllowed => "PARTNER_KIND_NOT_ALLOWED",
            Denied::MethodNotFound => "METHOD_NOT_FOUND",
        }
    }
}

/// What was wrong with a token. Holds nothing of the token, so that any log or metric may show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenFault {
    TooLong,
    /// Not three base64url parts.
    Shape,
    /// The header is not what this service reads: a key of its own, critical extensions, another type.
    Header,
    /// A claim is missing, doubled or of the wrong JSON type.
    Claims,
    UnknownIssuer,
    /// The issuer has no such key, or names none and has several.
    UnknownKey,
    /// The header's algorithm is not the key's.
    Algorithm,
    Signature,
    Audience,
    /// The token speaks for another partner than its issuer.
    Partner,
    Subject,
    /// `act` without the role `service`, or not a person.
    Actor,
    Expired,
    NotYetValid,
    /// It lives longer than an hour, or ends before it begins.
    Lifetime,
}

impl TokenFault {
    /// A label for a metric.
    pub const fn as_str(self) -> &'static str {
        match self {
            TokenFault::TooLong => "too_long",
            TokenFault::Shape => "shape",
            TokenFault::Header => "header",
            TokenFault::Claims => "claims",
            TokenFault::UnknownIssuer => "unknown_issuer",
            TokenFault::UnknownKey => "unknown_key",
            TokenFault::Algorithm => "algorithm",
            TokenFault::Signature => "signature",
            TokenFault::Audience => "audience",
            TokenFault::Partner => "partner",
            TokenFault::Subject => "subject",
            TokenFault::Actor => "actor",
            TokenFault::Expired => "expired",
            TokenFault::NotYetValid => "not_yet_valid",
            TokenFault::Lifetime => "lifetime",
        }
    }
}
