// The API documentation: Swagger UI over our own document; nothing is asked of another host.

import { headers, told } from './frame.js';

const place = document.getElementById('swagger');

/** What Swagger UI leaves unnamed or out of reach of the keyboard. */
function mend() {
  place.querySelectorAll('button:not([aria-label])').forEach((one) => {
    if (!one.textContent.trim()) one.setAttribute('aria-label', told('复制', 'Copy'));
  });
  place.querySelectorAll('pre:not([tabindex])').forEach((one) => {
    one.tabIndex = 0;
    one.setAttribute('role', 'region');
    one.setAttribute('aria-label', told('代码', 'Code'));
  });
  place.querySelectorAll('select:not([aria-label]), input:not([aria-label]), textarea:not([aria-label])').forEach((one) => {
    const row = one.closest('[data-param-name]');
    one.setAttribute('aria-label', row ? row.dataset.paramName : one.placeholder || told('选择', 'Choose'));
  });
}

new MutationObserver(mend).observe(place, { childList: true, subtree: true });

window.SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  validatorUrl: null,
  deepLinking: false,
  docExpansion: 'list',
  defaultModelsExpandDepth: -1,
  syntaxHighlight: false,
  requestInterceptor: (request) => {
    Object.assign(request.headers, headers());
    return request;
  },
});
