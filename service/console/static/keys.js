// Copying a key that is shown once, also where the page is no secure context.

import { announce, told } from './frame.js';

const secret = document.getElementById('secret');
const copy = document.getElementById('copy');

async function copied() {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(secret.value);
      return true;
    }
  } catch (error) {
    // a browser may refuse: then it is copied as it was before there was a clipboard for scripts
  }
  secret.focus();
  secret.select();
  return document.execCommand('copy');
}

if (secret) {
  copy.hidden = false;
  copy.addEventListener('click', async () => {
    const done = await copied();
    const text = done ? told('已复制', 'copied') : told('请按 Ctrl+C 复制', 'press Ctrl+C to copy');
    document.getElementById('copied').textContent = text;
    announce(text);
  });
}
