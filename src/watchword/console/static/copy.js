// A field with a button that copies it. Without this file the text is selected and copied by hand.

class CopyText extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    const button = this.querySelector("button");
    input.addEventListener("focus", () => input.select());
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      input.select();
      try {
        await navigator.clipboard.writeText(input.value);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Copy it by hand";
      }
    });
  }
}

customElements.define("copy-text", CopyText);
