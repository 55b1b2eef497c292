/* Journal entry: says beside the button by how much debits and credits differ while typing. The server checks it all again. */
"use strict";
(() => {
  const form = document.querySelector("[data-entry]");
  const said = form && form.querySelector("[data-balance]");
  if (!said) return;
  const decimal = new Intl.NumberFormat(document.documentElement.lang).formatToParts(1.5).find((part) => part.type === "decimal").value;
  // Whole ten-thousandths, so that no rounding of floats ever shows.
  const parse = (text) => {
    const plain = text.trim().replace(decimal === "," ? /[.\s]/g : /[,\s]/g, "").replace(decimal, ".");
    return /^\d+(\.\d{0,4})?$/.test(plain) ? BigInt(Math.round(Number(plain) * 10000)) : 0n;
  };
  const sum = (name) => [...form.querySelectorAll(`input[name$="-${name}"]`)].reduce((total, input) => total + parse(input.value), 0n);
  const format = (amount) => new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 2 }).format(Number(amount) / 10000);
  const tell = () => {
    const debit = sum("debit");
    const credit = sum("credit");
    const short = debit - credit;
    if (!debit && !credit) said.textContent = "";
    else if (!short) said.textContent = `${format(debit)} = ${format(credit)}`;
    else said.textContent = `${format(debit)} − ${format(credit)} = ${format(short).replace("-", "−")}`;
  };
  form.addEventListener("input", tell);
  tell();
})();
