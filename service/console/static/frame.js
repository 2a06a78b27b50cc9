// What every page does: print with everything unfolded, and say in the open what changed.

const language = document.documentElement.lang.indexOf('zh') === 0 ? 'zh' : 'en';

/** The text of the page's language. */
export function told(zh, en) {
  return language === 'zh' ? zh : en;
}

/** Say something to those who do not see the page change. */
export function announce(text) {
  const place = document.getElementById('announce');
  if (place) place.textContent = text;
}

/** The headers of a request to the API by this page: the language, and the case where one is chosen. */
export function headers(more) {
  const said = { 'Accept-Language': language };
  if (document.body.dataset.case) said['Zeren-Case'] = document.body.dataset.case;
  return Object.assign(said, more || {});
}

window.addEventListener('beforeprint', () => {
  document.querySelectorAll('details:not([open])').forEach((one) => {
    one.open = true;
    one.dataset.folded = 'yes';
  });
});
window.addEventListener('afterprint', () => {
  document.querySelectorAll('details[data-folded]').forEach((one) => {
    one.open = false;
    delete one.dataset.folded;
  });
});
document.documentElement.classList.add('scripted');
