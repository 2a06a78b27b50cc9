// A part of another page, fetched when it is unfolded: <details data-load="address" data-part="id of the part">.

import { announce, told } from './frame.js';

async function fill(details) {
  if (!details.open || details.dataset.loaded === details.dataset.load) return;
  const address = details.dataset.load;
  details.dataset.loaded = address;
  try {
    const answer = await fetch(address, { credentials: 'same-origin' });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const part = page.getElementById(details.dataset.part) || page.getElementById('main');
    if (details.dataset.load !== address || !part) return;
    const held = document.createElement('div');
    held.append.apply(held, Array.from(part.childNodes));
    details.querySelectorAll(':scope > :not(summary)').forEach((one) => one.remove());
    details.append(held);
    details.dataset.filled = 'yes';
    announce(told('已读取', 'Loaded'));
  } catch (error) {
    delete details.dataset.loaded;
    delete details.dataset.filled;
    announce(told('无法取得内容,请检查网络后重试', 'It cannot be reached: check the network and try again'));
  }
}

function look() {
  document.querySelectorAll('details[data-load]').forEach((details) => {
    if (!details.dataset.watched) {
      details.dataset.watched = 'yes';
      details.addEventListener('toggle', () => fill(details));
    }
    fill(details);
  });
}

document.addEventListener('zeren:swapped', look);
look();
