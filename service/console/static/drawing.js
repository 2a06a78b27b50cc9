// Charts by Plotly: what is shared by pages that draw. It speaks to no host, draws no logo, and needs no WebGL.

export const FONT = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';
const SETTLED = 300; // ms without a change
export const CONFIG = { displaylogo: false, displayModeBar: false, responsive: true, showTips: false, doubleClick: false };
const PRINTED = 1200; // px: words of 13 px are then of 7 pt on A4

/** Text of the page as Plotly shall show it: it reads markup, and names of people are none. */
export function plain(text) {
  return String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** A text cut to so many characters. */
export function cut(text, most) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Whether Plotly is there; without it the tables of the page say the same. */
export function ready() {
  return typeof window.Plotly === 'object' && window.Plotly !== null;
}

const waiting = new WeakMap();

/** Keep a picture of a chart as it stands beside it, which is what is printed; not at every step of a move. */
function picture(chart) {
  window.clearTimeout(waiting.get(chart));
  waiting.set(chart, window.setTimeout(async () => {
    const image = chart.parentElement && chart.parentElement.querySelector('.printed');
    if (!image || !chart.isConnected) return;
    try {
      image.src = await window.Plotly.toImage(chart, { format: 'svg', width: PRINTED, height: chart.layout.height });
      image.hidden = false;
    } catch (error) {
      image.hidden = true; // a page that is being left has no sizes any more; on paper the table tells all
    }
  }, SETTLED));
}

/** Draw a chart, or draw it again, and its picture for print. */
export async function draw(chart, traces, layout) {
  chart.parentElement.hidden = false;
  chart.style.height = `${layout.height}px`;
  const whole = Object.assign({
    font: { family: FONT, size: 13, color: '#1c1f23' },
    paper_bgcolor: '#fff',
    plot_bgcolor: '#fff',
    hoverlabel: { align: 'left', namelength: -1, font: { family: FONT } },
  }, layout);
  await window.Plotly.react(chart, traces, whole, CONFIG);
  picture(chart);
  if (chart.dataset.drawn) return;
  chart.dataset.drawn = 'yes';
  chart.on('plotly_relayout', () => picture(chart));
}

/** Put a section of the page, which takes longer than the page, in the place of its button; whether it came. */
export async function ask(section) {
  if (!section || !('ask' in section.dataset)) return false;
  delete section.dataset.ask;
  const answer = await fetch(section.dataset.src, { headers: { Accept: 'text/html' }, credentials: 'same-origin' });
  if (!answer.ok || answer.redirected) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(section.id);
  if (!fresh || !section.isConnected) return false;
  section.replaceWith(fresh);
  return true;
}
