// The API key lives in sessionStorage: it is this tab's alone and gone with it.

const SLOT = "kisum-api-key";

export const rememberedKey = () => sessionStorage.getItem(SLOT) ?? "";

export function rememberKey(key) {
  if (key) sessionStorage.setItem(SLOT, key);
  else sessionStorage.removeItem(SLOT);
}
