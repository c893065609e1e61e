"""A hardware key of a maker of ours in a real browser: Chromium's own virtual key has no attestation that could be pinned.

Its certificate is made anew each time and names no AAGUID, so it serves as the negative: a key that is not hardware. For
the positive, `plug_in` answers `navigator.credentials` with `support.authenticator`, and the test pins `maker().root_pem`.
Everything else of the page, its scripts and its policy stays as it is.
"""

from playwright.sync_api import Page

from support.authenticator import Authenticator

_ANSWER = """
(() => {
  const credential = (text) => Object.assign(Object.create(PublicKeyCredential.prototype), { toJSON: () => JSON.parse(text) });
  const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  Object.defineProperty(navigator, "credentials", { value: {
    create: async ({ publicKey: { challenge, user } }) => credential(await __hardwareKey("create", JSON.stringify(
      { challenge: encode(challenge), user: { id: encode(user.id) } }))),
    get: async ({ publicKey: { challenge } }) => credential(await __hardwareKey("get", JSON.stringify(
      { challenge: encode(challenge) }))),
  } });
})();
"""


def plug_in(page: Page, device: Authenticator) -> None:
    """Answer every ceremony of this page, from its next navigation on, with `device`."""

    def answer(kind: str, options: str) -> str:
        return (device.create(options) if kind == "create" else device.get(options)).decode("ascii")

    page.expose_function("__hardwareKey", answer)
    page.add_init_script(_ANSWER)
