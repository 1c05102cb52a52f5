//! The second half of the engine: what the steps need, fetched once the first half is up.
//!
//! `cargo xtask engine` splits the module in two (`docs/adr/007-two-halves.md`). A thread that comes to
//! a function of the second half is led to [`load_steps`], once, and then to the function. By then the
//! bytes lie in memory: recipes with steps wait for them. Should something else come first, it fetches
//! them itself, and waits in place.

use std::{cell::RefCell, sync::OnceLock};

use cuvette_engine::protocol::RequestBody;
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
    static FETCHING: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Fetches the second half, or finds that it cannot be had, which is for who needs it to say.
#[wasm_bindgen]
pub async fn fetch_steps(address: String) {
    let address = ADDRESS.get_or_init(|| address);
    let fetching = future_to_promise(async move {
        if let Ok(bytes) = fetched(address).await {
            SECOND_HALF.get_or_init(|| bytes);
        }
        Ok(JsValue::UNDEFINED)
    });
    FETCHING.set(Some(fetching));
    arrived().await;
}

/// Waits until the second half is there, or cannot be had.
async fn arrived() {
    if let Some(fetching) = FETCHING.with_borrow(Clone::clone) {
        // It is never rejected.
        let _ = JsFuture::from(fetching).await;
    }
}

async fn fetched(address: &str) -> Result<Vec<u8>, JsValue> {
    let answer = JsFuture::from(outbox::scope().fetch_with_str(address)).await?;
    let answer: Response = answer.dyn_into()?;
    if !answer.ok() {
        return Err(answer.status().into());
    }
    let bytes = JsFuture::from(answer.array_buffer()?).await?;
    Ok(Uint8Array::new(&bytes).to_vec())
}

/// Waits for the second half where a request will need it.
pub async fn arrived_for(request: &RequestBody) {
    let has_steps = matches!(request, RequestBody::Evaluate { recipe } if !recipe.steps.is_empty());
    if has_steps {
        arrived().await;
    }
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
    let address = ADDRESS.get().ok_or("its address is not known")?;
    let request = XmlHttpRequest::new()?;
    request.open_with_async("GET", address, false)?;
    request.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    request.send()?;
    let bytes: ArrayBuffer = request.response()?.dyn_into()?;
    if request.status()? != 200 {
        return Err(request.status_text()?.into());
    }
    Ok(Uint8Array::new(&bytes))
}
