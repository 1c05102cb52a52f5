//! The headers that keep the page isolated and everything on its own origin.

/// What the page may load and run: nothing but its own files, WebAssembly, and workers it makes.
///
/// `blob:` workers are the thread pool, and the engine on the first visit: a worker takes its
/// policy from its own response, which has none before the service worker is there, but a blob
/// worker inherits the page's.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
worker-src 'self' blob:; connect-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
manifest-src 'self'; base-uri 'none'; form-action 'none'";

/// Every header a host should send, or the service worker adds.
///
/// `frame-ancestors` has no effect in a meta element, so only the header has it.
pub fn headers() -> [(&'static str, String); 5] {
    [
        (
            "Content-Security-Policy",
            format!("{CONTENT_SECURITY_POLICY}; frame-ancestors 'none'"),
        ),
        ("Cross-Origin-Embedder-Policy", "require-corp".to_owned()),
        ("Cross-Origin-Opener-Policy", "same-origin".to_owned()),
        ("Cross-Origin-Resource-Policy", "same-origin".to_owned()),
        ("X-Content-Type-Options", "nosniff".to_owned()),
    ]
}
