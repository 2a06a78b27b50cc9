// What browsers of 2020 lack and Plotly calls while it is loaded: Chrome has `replaceAll` since 85.

/* eslint-disable no-extend-native */
if (!String.prototype.replaceAll) {
  Object.defineProperty(String.prototype, 'replaceAll', {
    value: function replaceAll(found, put) {
      if (found instanceof RegExp) return this.replace(found, put);
      return this.split(found).join(put);
    },
    configurable: true,
    writable: true,
  });
}
