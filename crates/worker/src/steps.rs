//! The second half of the engine: what the steps need, fetched once the first half is up.
//!
//! `cargo xtask engine` splits the module in two (`docs/adr/007-two-halves.md`). A thread that comes to
//! a function of the second half is led to [`load_steps`], once, and then to the function. By then the
//! bytes lie in memory: recipes with steps wait for them. Should something else come first, it fetches
//! them itself, and waits in place.

use std::{
    cell::{Cell, RefCell},
    sync::OnceLock,
};

use cuvette_engine::{Engine, EngineError, protocol::RequestBody};
use js_sys::{ArrayBuffer, Object, Promise, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Response, XmlHttpRequest, XmlHttpRequestResponseType};

use crate::outbox;

/// The second half as it was sent, for all threads.
static SECOND_HALF: OnceLock<Vec<u8>> = OnceLock::new();

/// Where it is to be had.
static ADDRESS: OnceLock<String> = OnceLock::new();

/// As what the second half imports the first: `split::IMPORTED_FROM` of `xtask`.
const IMPORTED_FROM: &str = "first";

thread_local! {
    /// The request for it that is on its way.
    static FETCHING: RefCell<Option<Promise>> = const { RefCell::new(None) };
    /// Whether the page knows which steps there are.
    static IS_TOLD: Cell<bool> = const { Cell::new(false) };
}

/// Says where the second half is to be had.
#[wasm_bindgen]
pub fn steps_at(address: String) {
    ADDRESS.get_or_init(|| address);
}

/// Waits until the second half is there, fetching it where that has not begun or has failed.
#[wasm_bindgen]
pub async fn fetch_steps() -> Result<(), JsValue> {
    if SECOND_HALF.get().is_some() {
        return Ok(());
    }
    let fetching = FETCHING.with_borrow_mut(|fetching| {
        let begin = || future_to_promise(async { fetched().await.map(|()| JsValue::UNDEFINED) });
        fetching.get_or_insert_with(begin).clone()
    });
    let fetched = JsFuture::from(fetching).await;
    FETCHING.set(None);
    fetched.map(|_| ())
}

async fn fetched() -> Result<(), JsValue> {
    let answer = JsFuture::from(outbox::scope().fetch_with_str(address()?)).await?;
    let answer: Response = answer.dyn_into()?;
    if !answer.ok() {
        return Err(format!("the host answered {}", answer.status()).into());
    }
    let bytes = JsFuture::from(answer.array_buffer()?).await?;
    if !WebAssembly::validate(&bytes)? {
        return Err("what the host sent is damaged".into());
    }
    SECOND_HALF.get_or_init(|| Uint8Array::new(&bytes).to_vec());
    Ok(())
}

fn address() -> Result<&'static str, JsValue> {
    let address = ADDRESS.get().map(String::as_str);
    address.ok_or_else(|| "its address is not known".into())
}

/// Waits until steps can run, and tells the page once which there are.
pub async fn ready(engine: &Engine) -> Result<(), EngineError> {
    fetch_steps().await.map_err(|error| {
        let reason = words(&error);
        EngineError::StepsNotLoaded { reason }
    })?;
    if !IS_TOLD.replace(true) {
        outbox::send(engine.catalogue());
    }
    Ok(())
}

/// Waits until the steps of a request can run, where it has any.
pub async fn ready_for(request: &RequestBody, engine: &Engine) -> Result<(), EngineError> {
    match request {
        RequestBody::Evaluate { recipe } if !recipe.steps.is_empty() => ready(engine).await,
        _ => Ok(()),
    }
}

/// The words of a browser's error.
fn words(error: &JsValue) -> String {
    let of_error = || {
        error
            .dyn_ref::<js_sys::Error>()
            .map(|error| error.message().into())
    };
    error
        .as_string()
        .or_else(of_error)
        .unwrap_or_else(|| format!("{error:?}"))
}

/// Makes the second half part of this thread's engine. Called by the first half alone, when it comes
/// to a function that was moved.
#[wasm_bindgen]
pub fn load_steps() {
    if let Err(error) = instantiate() {
        let reason = error.as_string().unwrap_or_else(|| format!("{error:?}"));
        wasm_bindgen::throw_str(&format!(
            "a part of the engine could not be loaded: {reason}"
        ));
    }
}

fn instantiate() -> Result<(), JsValue> {
    let bytes = match SECOND_HALF.get() {
        // Copied: modules are not made from shared memory.
        Some(bytes) => Uint8Array::from(bytes.as_slice()),
        None => fetched_at_once()?,
    };
    let module = WebAssembly::Module::new(&bytes)?;
    let imports = Object::new();
    Reflect::set(&imports, &IMPORTED_FROM.into(), &wasm_bindgen::exports())?;
    WebAssembly::Instance::new(&module, &imports)?;
    Ok(())
}

/// The second half, while this thread does nothing else.
fn fetched_at_once() -> Result<Uint8Array, JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open_with_async("GET", address()?, false)?;
    request.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    request.send()?;
    let bytes: ArrayBuffer = request.response()?.dyn_into()?;
    if request.status()? != 200 {
        return Err(request.status_text()?.into());
    }
    Ok(Uint8Array::new(&bytes))
}
